export { type DensityValue, densityByGroup, type Reference } from './density-by-group.js';
export type { Axis, Figure, FigureText, Json, VegaLiteSpec } from './figure.js';
export { type Bar, groupBars } from './group-bars.js';
export { type Estimate, intervalsByGroup } from './intervals-by-group.js';
export { type CurveMark, type CurvePoint, lineCurves } from './line-curves.js';
export { pairedScatter } from './paired-scatter.js';
export { type ScatterPoint, scatterByGroup } from './scatter-by-group.js';
export { type LabelledPoint, scatterLabelled } from './scatter-labelled.js';
export { type PlacedTile, slideMap } from './slide-map.js';
