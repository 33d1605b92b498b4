export { decodeBinaryMask, encodeBinaryMask, packRle, unpackRle } from './binary-mask.js';
export {
  type ParsedSubmission,
  parseSubmission,
  type SubmissionRow,
} from './parse-submission.js';
export { decodeRle, encodeRle, MAX_MASK_PIXELS } from './rle.js';
export { rleFromString, rleToString } from './rle-string.js';
export {
  formatSubmission,
  SUBMISSION_COLUMNS,
  type SubmissionDetection,
  writeSubmissionRow,
} from './submission.js';
