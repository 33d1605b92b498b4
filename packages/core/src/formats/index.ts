export { decodeBase64, encodeBase64 } from './base64.js';
export { decodeBinaryMask, encodeBinaryMask, packRle, unpackRle } from './binary-mask.js';
export {
  type CocoAnnotation,
  type CocoDataset,
  type CocoImage,
  type CocoResult,
  type CocoSegmentation,
  cocoAnnotations,
  cocoDataset,
  cocoResults,
} from './coco.js';
export { formatGeoJson, type GeoJsonStyle } from './geojson.js';
export { findDeepNesting, MAX_JSON_LEVELS } from './json-nesting.js';
export { labelImage } from './label-image.js';
export { type GeoJsonFeature, MAX_GEOJSON_LENGTH, parseGeoJson } from './parse-geojson.js';
export {
  noHeader,
  type ParsedSubmission,
  parseSubmission,
  SubmissionReader,
  type SubmissionRow,
  type SubmissionTile,
} from './parse-submission.js';
export { decodeRle, encodeRle, MAX_MASK_PIXELS } from './rle.js';
export { rleFromString, rleToString } from './rle-string.js';
export {
  formatSubmission,
  SUBMISSION_COLUMNS,
  type SubmissionDetection,
  writeSubmissionRow,
} from './submission.js';
