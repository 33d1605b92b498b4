export { createWebRuntime, type WebRuntime, type WebRuntimeOptions } from './web-runtime.js';
