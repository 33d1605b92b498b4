export { complement } from './complement.js';
export {
  type Box,
  type Component,
  type Components,
  type Connectivity,
  connectedComponents,
  countComponents,
  measureLabels,
} from './connected-components.js';
export { dilate, erode } from './disc-morphology.js';
export { fillHoles } from './fill-holes.js';
export { fillPolygon, fillPolygons } from './fill-polygon.js';
export type { Point } from './points.js';
export { type Polygon, polygonArea, ringArea, ringsOf } from './polygon.js';
export { prominentPeaks } from './prominent-peaks.js';
export { rasteriseRings } from './rasterise-rings.js';
export { selectComponents } from './select-components.js';
export { squaredDistance } from './squared-distance.js';
export { traceOutlines } from './trace-outlines.js';
export { watershed } from './watershed.js';
