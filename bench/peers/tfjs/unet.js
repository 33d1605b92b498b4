// The notebook's U-Net in TensorFlow.js, as a page runs it. Batch normalisation is folded into the
// convolutions and the ReLU is part of them: TensorFlow.js's fastest form.

const { tf } = globalThis;

/** Probabilities [N, height, width, 1] of an image [N, height, width, 3]. */
function unet(weights, depth, image) {
  const conv = (name, x, activation) =>
    tf.fused.conv2d({
      x,
      filter: weights[`${name}/weight`],
      bias: weights[`${name}/bias`],
      strides: 1,
      pad: 'same',
      activation,
    });
  const skips = [];
  let x = tf.sub(tf.mul(image, 1 / 127.5), 1);
  for (let level = 1; level <= depth; level++) {
    if (level > 1) {
      skips.push(x);
      x = tf.maxPool(x, 2, 2, 'valid');
    }
    x = conv(`left${level}.conv`, x, 'relu');
  }
  for (let step = 1; step < depth; step++) {
    const [filter, bias] = ['weight', 'bias'].map((part) => weights[`right${step}.up/${part}`]);
    const [batch, height, width] = x.shape;
    const size = [batch, 2 * height, 2 * width, filter.shape[2]];
    const up = tf.add(tf.conv2dTranspose(x, filter, size, 2, 'same'), bias);
    x = conv(`right${step}.conv`, tf.concat([up, skips.pop()], 3), 'relu');
  }
  return tf.sigmoid(conv('head', x, 'linear'));
}

/**
 * Seconds of each of `runs` inferences after two to warm up; the result of the last, NCHW. `layout`
 * says where each parameter lies in the numbers at `/parameters`, kernels as ONNX has them.
 */
globalThis.measure = async ({ layout, depth, image, runs, threads }) => {
  tf.wasm.setWasmPaths('/');
  tf.wasm.setThreadsCount(threads);
  await tf.setBackend('wasm');
  const numbers = new Float32Array(await (await fetch('/parameters')).arrayBuffer());
  const weights = Object.fromEntries(
    layout.map(({ name, shape, offset }) => {
      const length = shape.reduce((product, size) => product * size, 1);
      const tensor = tf.tensor(numbers.slice(offset, offset + length), shape);
      // [out, in, kh, kw] to [kh, kw, in, out]; of a transposed convolution in and out change places.
      return [name, shape.length === 4 ? tf.transpose(tensor, [2, 3, 1, 0]) : tensor];
    }),
  );
  const length = image.shape.reduce((product, size) => product * size, 1);
  const values = Float32Array.from({ length }, (_, i) => (i * 7919) % 256);
  const input = tf.transpose(tf.tensor(values, image.shape), [0, 2, 3, 1]);
  const seconds = [];
  let probability;
  for (let i = 0; i < 2 + runs; i++) {
    const start = performance.now();
    const result = tf.tidy(() => unet(weights, depth, input));
    // One channel: NHWC and NCHW are the same numbers in the same order.
    probability = await result.data();
    if (i >= 2) seconds.push((performance.now() - start) / 1000);
    result.dispose();
  }
  return {
    seconds,
    probability: [...probability],
    version: tf.version_core,
    threads: tf.wasm.getThreadsCount(),
    threaded: await tf.env().getAsync('WASM_HAS_MULTITHREAD_SUPPORT'),
    simd: await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT'),
  };
};
