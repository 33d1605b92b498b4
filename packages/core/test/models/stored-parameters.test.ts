import { float32, int64, type Tensor } from '@vascula/autograd';
import { initialParameters, storedParameters } from '@vascula/core';
import { expect, test } from 'vitest';

const source = (tensor?: Tensor) =>
  storedParameters(new Map(tensor ? [['head.weight', tensor]] : []), 'best.safetensors');
const wanted = { name: 'head.weight', shape: [2, 2] };

test('gives what is stored', () => {
  expect([...source(float32([2, 2], [1, 2, 3, 4]))(wanted)]).toEqual([1, 2, 3, 4]);
});

test.each([
  ['missing', undefined, 'is missing; expected float32 [2,2]'],
  ['of another shape', float32([4], [1, 2, 3, 4]), 'is float32 [4]; expected float32 [2,2]'],
  ['of another type', int64([1, 2]), 'is int64 [2]; expected float32 [2,2]'],
  ['NaN', float32([2, 2], [1, Number.NaN, 3, 4]), 'holds NaN; expected finite numbers'],
  ['infinite', float32([2, 2], [1, 2, -Infinity, 4]), 'holds -Infinity; expected finite numbers'],
])('refuses a tensor that is %s', (_, tensor, says) => {
  expect(() => source(tensor)(wanted)).toThrow(`best.safetensors: head.weight: ${says}`);
});

test('fresh kernels are Glorot’s: within the bound, its variance, a stream for each name', () => {
  const parameter = { shape: [32, 32, 3, 3], trainable: true, fanIn: 288, fanOut: 288 } as const;
  const draw = (name: string, seed: number) =>
    initialParameters(seed)({ ...parameter, name, role: 'kernel' });
  const values = draw('a', 1);
  const bound = Math.sqrt(6 / 576);
  expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(Math.fround(bound));
  const variance = values.reduce((sum, value) => sum + value * value, 0) / values.length;
  expect(variance / (bound ** 2 / 3)).toBeCloseTo(1, 1);
  expect(draw('a', 1)).toEqual(values);
  expect(draw('b', 1)).not.toEqual(values);
  expect(draw('a', 2)).not.toEqual(values);
});
