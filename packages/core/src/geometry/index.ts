export {
  type Box,
  type Component,
  type Components,
  type Connectivity,
  connectedComponents,
  countComponents,
} from './connected-components.js';
export { fillPolygon, fillPolygons } from './fill-polygon.js';
export type { Point } from './points.js';
export { type Polygon, polygonArea, ringArea, ringsOf } from './polygon.js';
export { rasteriseRings } from './rasterise-rings.js';
export { traceOutlines } from './trace-outlines.js';
