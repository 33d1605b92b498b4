export { imageTensor, type RgbPixels } from './image-tensor.js';
export { inferenceGraph } from './inference-graph.js';
export { createPredictor, type Predictor } from './predictor.js';
