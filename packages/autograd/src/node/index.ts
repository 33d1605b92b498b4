export { createNodeRuntime, type NodeRuntimeOptions } from './nodeRuntime.js';
