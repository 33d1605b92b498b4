export {
  type ArchitectureDrawing,
  drawArchitecture,
  type MapBlock,
  type OperationArrow,
  type OperationKind,
} from './architecture.js';
export { architectureFigure } from './architecture-figure.js';
export { comparisonColours, comparisonOverlay, comparisonStrip } from './comparison.js';
export { labelColours, paintOutline } from './outline.js';
