export type { Block, Page, Picture, Section, Thumbnail } from './block.js';
export { picturePath } from './picture-path.js';
export { type PageHooks, writePage } from './write-page.js';
