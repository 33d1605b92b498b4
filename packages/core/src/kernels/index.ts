export { decodeLzwStrips, type LzwStrips } from './lzw-strips.js';
