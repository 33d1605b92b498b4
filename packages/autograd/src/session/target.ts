/**
 * What the place where a graph runs does well: passes choose their forms by it, and never change a
 * result beyond rounding by that choice. It is a fact about the machine, found by a probe that gives
 * the same answer every time, so that two runs on one machine compute the same bits.
 */
export interface Target {
  /** Channels in a block of the runtime's blocked convolution (NCHWc); undefined where it has none. */
  readonly channelBlock: number | undefined;
  /** Operators to be replaced by others: the device has no kernel for them, or a slow one. */
  readonly avoided: readonly string[];
  /** Whether memory is planned by known shapes, which costs more than it saves (`hideSizes`). */
  readonly plansMemory: boolean;
  /** Whether runs read and write the tensors they are given where these lie, views of vectors too. */
  readonly sharesMemory: boolean;
}

/** What a processor runs: every operator, in standard form. */
export const plainTarget: Target = {
  channelBlock: undefined,
  avoided: [],
  plansMemory: true,
  sharesMemory: false,
};

/**
 * ONNX Runtime's WebGPU provider (1.30): no kernel for the first four, Split only into as many parts as
 * a shader may bind buffers, and a reduction given one group of threads for each of its results.
 */
export const webgpuTarget: Target = {
  channelBlock: undefined,
  avoided: [
    'MaxUnpool',
    'Sign',
    'SpaceToDepth',
    'com.microsoft::FusedMatMul',
    'Split',
    'ReduceSum',
    'ReduceMean',
    'ReduceSumSquare',
  ],
  plansMemory: false,
  sharesMemory: false,
};

/** ONNX Runtime's CUDA provider: it has no kernel for MaxUnpool. */
export const cudaTarget: Target = {
  channelBlock: undefined,
  avoided: ['MaxUnpool'],
  plansMemory: false,
  sharesMemory: false,
};
