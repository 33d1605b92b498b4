/** How one synthetic slide looks and how densely its tiles are vascularised. */
export interface SyntheticSlide {
  /** 1: dense, finely traced labels. 2: sparser vessels, outlines of fewer vertices. */
  readonly dataset: 1 | 2;
  /** Number of the source slide. It alone sets the stain, so a slide looks alike in both datasets. */
  readonly source: number;
  /** Mean share of a tile's pixels that is vessel, 0 to 1. */
  readonly vesselShare: number;
  /** Probability that a tile has no vessel at all. */
  readonly emptyShare: number;
  /** Probability that a tile shows medulla (long parallel tubules) instead of cortex. */
  readonly medullaShare: number;
  readonly stain: SlideStain;
}

/** Stain and scanner of a slide. Strengths multiply optical density; 1 is the reference. */
export interface SlideStain {
  /** Periodic acid–Schiff: magenta of basement membranes, brush borders and matrix. */
  readonly pas: number;
  /** Haematoxylin: blue-purple of nuclei. */
  readonly haematoxylin: number;
  /** Turns PAS from blue-violet (-1) over the reference (0) to red (1). */
  readonly hue: number;
  /** Intensity of bare glass in R, G, B, 0 to 255. */
  readonly glass: readonly [number, number, number];
  /** Standard deviation of the scanner's blur in pixels. */
  readonly blur: number;
  /** Standard deviation of the sensor noise in grey levels. */
  readonly noise: number;
}

const STAINS: readonly SlideStain[] = [
  { pas: 0.98, haematoxylin: 0.95, hue: 0.1, glass: [234, 224, 236], blur: 0.45, noise: 3.5 },
  { pas: 0.88, haematoxylin: 1.12, hue: -0.55, glass: [230, 222, 233], blur: 0.75, noise: 2.5 },
  { pas: 1.15, haematoxylin: 1.05, hue: 0.55, glass: [238, 226, 236], blur: 0.55, noise: 3.5 },
  { pas: 1.05, haematoxylin: 0.85, hue: 0.25, glass: [236, 222, 238], blur: 0.65, noise: 3 },
];

function slide(
  dataset: 1 | 2,
  source: number,
  vesselShare: number,
  emptyShare: number,
  medullaShare: number,
): SyntheticSlide {
  return { dataset, source, vesselShare, emptyShare, medullaShare, stain: STAINS[source - 1] };
}

/**
 * The (dataset, source) groups of the competition *HuBMAP - Hacking the Human Vasculature*, in its
 * order of density; stains were chosen by eye next to its tiles.
 */
export const SYNTHETIC_SLIDES: readonly SyntheticSlide[] = [
  slide(1, 1, 0.065, 0.03, 0.5),
  slide(1, 2, 0.075, 0.02, 0.15),
  slide(2, 1, 0.035, 0.08, 0.5),
  slide(2, 2, 0.05, 0.05, 0.15),
  slide(2, 3, 0.055, 0.04, 0.1),
  slide(2, 4, 0.03, 0.08, 0.45),
];
