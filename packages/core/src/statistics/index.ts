export { type BootstrapOptions, bootstrapInterval, type Interval } from './bootstrap.js';
export { type DensityCurve, kernelDensity, scottBandwidth } from './density.js';
export { type DrawnMetric, drawnIntervals } from './drawn-intervals.js';
export { drawnRatio } from './drawn-ratio.js';
export { estimates, type MetricEstimate, slideNote } from './estimates.js';
export { normalDistribution, normalQuantile } from './normal.js';
export { type PairedTest, pairedTest } from './paired-test.js';
