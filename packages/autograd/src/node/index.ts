export { type Device, devices } from './device.js';
export { createNodeRuntime, type NodeRuntimeOptions } from './node-runtime.js';
