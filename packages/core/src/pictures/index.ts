export { comparisonColours, comparisonStrip } from './comparison.js';
