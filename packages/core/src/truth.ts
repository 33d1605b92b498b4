/**
 * The value of a pixel in a truth map that does not count: outside the field of view, or marked unsure. The
 * others are 0, background, and 1, vessel. Losses and metrics leave ignored pixels out.
 */
export const IGNORED = 255;
