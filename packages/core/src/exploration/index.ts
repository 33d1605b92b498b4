export {
  countByGroup,
  type GroupCounts,
  type GroupStatistics,
  statisticsByGroup,
} from './by-group.js';
export { colourBySlide, type SlideColour } from './by-slide.js';
export { type ColourStatistics, colourStatistics } from './colour-statistics.js';
export { type LabelMasks, type LabelStatistics, labelStatistics } from './label-statistics.js';
export {
  type ExploredSplit,
  exploreSplits,
  type SplitOverlap,
  type SplitSide,
} from './split-overlap.js';
export { groupLabel, type MeasuredTile, type TileEntry } from './tiles.js';
