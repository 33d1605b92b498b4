export { type WriteOptions, writeFileAtomic } from './atomic.js';
export { mapConcurrent } from './concurrent.js';
export { claimEmptyFolder } from './empty-folder.js';
export { exists } from './exists.js';
export { decodeLine, MAX_LINE_BYTES, readLines, type TextLine } from './lines.js';
export { requireNewFile } from './new-file.js';
export { readBytes } from './read-bytes.js';
export { schemaFaults, show } from './schema-faults.js';
export { faultOfPath, systemFault } from './system-faults.js';
