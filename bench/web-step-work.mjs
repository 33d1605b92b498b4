// The work that web-step.mjs times, for Node and for the page alike.
import { createWebRuntime } from '@vascula/autograd/web';
import { initialParameters, notebookSpecs, Trainer } from '@vascula/core';

/** Seconds of each of `runs` training steps of a U-Net, after two steps to warm up. */
export async function stepSeconds(runtime, { base, kernel, size, batch, runs }) {
  const trainer = await Trainer.create({
    runtime,
    spec: { ...notebookSpecs.unet, base, kernel },
    recipe: { seed: 1, batch, microBatch: batch, crop: size, negativeWeight: 3 },
    tileSize: { width: size, height: size },
    parameters: initialParameters(1),
  });
  const image = Float32Array.from({ length: batch * 3 * size * size }, (_, i) => (i * 7919) % 256);
  const mask = Float32Array.from({ length: batch * size * size }, (_, i) => (i % 20 === 0 ? 1 : 0));
  const seconds = [];
  let loss;
  for (let step = 1; step <= 2 + runs; step++) {
    const start = performance.now();
    loss = await trainer.step({ image, mask, size }, step, 2e-4);
    if (step > 2) seconds.push((performance.now() - start) / 1000);
  }
  return { seconds, loss };
}

export async function stepSecondsInPage(options) {
  const runtime = await createWebRuntime({ threads: options.threads });
  try {
    return { ...(await stepSeconds(runtime, options)), threads: runtime.threads };
  } finally {
    await runtime.close();
  }
}
