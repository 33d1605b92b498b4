export * from './check/index.js';
export * from './dataset/index.js';
export { type WriteOptions, writeFileAtomic } from './files/index.js';
export * from './synthetic/index.js';
