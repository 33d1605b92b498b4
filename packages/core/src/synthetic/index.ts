export { type SlideStain, SYNTHETIC_SLIDES, type SyntheticSlide } from './slides.js';
export {
  type SyntheticAnnotation,
  type SyntheticTile,
  type SyntheticTileOptions,
  syntheticTile,
} from './tile.js';
