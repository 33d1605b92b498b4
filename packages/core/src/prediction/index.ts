export { withByteInput } from './byte-input.js';
export { imageTensor, type RgbPixels } from './image-tensor.js';
export { inferenceGraph, sizedInferenceGraph } from './inference-graph.js';
export { createPredictor, type Predictor } from './predictor.js';
