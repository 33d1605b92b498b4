import { createNodeRuntime } from '@vascula/autograd/node';
import { initialParameters, notebookSpecs, Trainer } from '@vascula/core';
import { expect, test } from 'vitest';

// Weights take 2 MiB: a hundred steps that each kept a copy of them, or of anything of their size, stand
// far above the few MiB that a garbage collector makes. `bench/soak.mjs` measures growth in per cent.
test.each([2, 1])(
  'a hundred steps, %i square(s) at once, keep no memory',
  async (microBatch) => {
    const runtime = await createNodeRuntime({ threads: 1 });
    try {
      const trainer = await Trainer.create({
        runtime,
        spec: { ...notebookSpecs.unet, base: 8, kernel: 5 },
        recipe: { batch: 2, microBatch, crop: 16, negativeWeight: 3 },
        tileSize: { width: 16, height: 16 },
        parameters: initialParameters(1),
      });
      const image = Float32Array.from({ length: 2 * 3 * 256 }, (_, i) => (i * 7919) % 256);
      const mask = Float32Array.from({ length: 2 * 256 }, (_, i) => Number(i % 20 === 0));
      let step = 0;
      const train = async (steps: number) => {
        for (let i = 0; i < steps; i++) await trainer.step({ image, mask, size: 16 }, ++step, 1e-4);
        return process.memoryUsage.rss() / 2 ** 20;
      };
      const warm = await train(50);
      expect((await train(100)) - warm).toBeLessThan(40);
    } finally {
      await runtime.close();
    }
  },
  60_000,
);
