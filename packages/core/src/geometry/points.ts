/** A point [x, y]: column and row in pixels, pixel centres at integers. */
export type Point = readonly [x: number, y: number];
