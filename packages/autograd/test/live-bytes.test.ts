import { type Graph, GraphBuilder, liveBytes } from '@vascula/autograd';
import { expect, test } from 'vitest';

function graph(build: (g: GraphBuilder) => void): Graph {
  const g = new GraphBuilder('graph');
  build(g);
  return g.build();
}

test('in a chain, what a node reads and what it writes; inputs and outputs belong to others', () => {
  const chain = graph((g) => {
    let x = g.input('x', 'float32', [100]);
    for (let i = 0; i < 5; i++) x = g.apply('Neg', [g.apply('Exp', [x])]);
    g.output(x, 'y');
  });
  expect(liveBytes(chain)).toBe(2 * 400);
  const one = graph((g) => g.output(g.apply('Neg', [g.input('x', 'float32', [100])])));
  expect(liveBytes(one)).toBe(0);
});

test('what is read late stays', () => {
  const late = graph((g) => {
    const first = g.apply('Exp', [g.input('x', 'float32', [100])]);
    let x = first;
    for (let i = 0; i < 3; i++) x = g.apply('Exp', [x]);
    g.output(g.apply('Add', [x, first]));
  });
  expect(liveBytes(late)).toBe(3 * 400);
});

test('another shape of a value is the same bytes, held until the last of its names is read', () => {
  const renamed = graph((g) => {
    const first = g.apply('Exp', [g.input('x', 'float32', [10, 10])]);
    const flat = g.apply('Reshape', [first, g.ints([100])]);
    const sum = g.apply('ReduceSum', [g.apply('Exp', [flat])], { keepdims: 0 });
    g.output(g.apply('Add', [first, sum]));
  });
  // The value, its exponential and their sum of one number.
  expect(liveBytes(renamed)).toBe(2 * 400 + 4);
});

test('elements count by their size, parameters not at all, unread outputs as long as their node', () => {
  const split = graph((g) => {
    const weight = g.parameter('w', {
      type: 'float32',
      shape: [1000],
      data: new Float32Array(1000),
    });
    const x = g.apply('Add', [weight, g.input('x', 'float32', [1000])]);
    const [part] = g.applyAll('Split', [x, g.ints([250, 750])], { axis: 0 });
    g.output(g.apply('Cast', [g.apply('Cast', [part], { to: 7 })], { to: 1 }));
  });
  // x and both parts of it; the long integers alone are 2000.
  expect(liveBytes(split)).toBe(4000 + 4000);
});
