import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { sourceDigest } from '../../dist/kernels/kernels-module.js';

test('the module was made of kernels.c as it is (else: packages/core/src/kernels/build.sh)', () => {
  const source = readFileSync(new URL('../../src/kernels/kernels.c', import.meta.url));
  expect(createHash('sha256').update(source).digest('hex')).toBe(sourceDigest);
});
