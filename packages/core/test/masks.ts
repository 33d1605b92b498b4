import fc from 'fast-check';

/** A mask of 0 and 1 of up to `side` pixels a side, for properties. */
export const anyMask = (side: number) =>
  fc.tuple(fc.nat(side), fc.nat(side)).chain(([width, height]) =>
    fc.record({
      width: fc.constant(width),
      height: fc.constant(height),
      mask: fc.uint8Array({ min: 0, max: 1, minLength: width * height, maxLength: width * height }),
    }),
  );
