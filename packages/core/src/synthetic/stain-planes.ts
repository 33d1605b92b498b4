/**
 * A tile as amounts of its two stains, each size*size, row-major: 0 is bare glass, PAS 1 about
 * interstitium, haematoxylin 1 about a nucleus. Colour comes last (`develop`), by Beer–Lambert.
 */
export interface StainPlanes {
  readonly size: number;
  readonly pas: Float32Array;
  readonly haematoxylin: Float32Array;
}

export function stainPlanes(size: number): StainPlanes {
  return {
    size,
    pas: new Float32Array(size * size),
    haematoxylin: new Float32Array(size * size),
  };
}

/** Covers pixel `at` with the given amounts; `opacity` 1 hides what was there. */
export function cover(
  planes: StainPlanes,
  at: number,
  pas: number,
  haematoxylin: number,
  opacity: number,
): void {
  planes.pas[at] += opacity * (pas - planes.pas[at]);
  planes.haematoxylin[at] += opacity * (haematoxylin - planes.haematoxylin[at]);
}
