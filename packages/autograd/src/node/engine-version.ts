import { createRequire } from 'node:module';

/** Version of ONNX Runtime, read without loading its library. */
export function engineVersion(): string {
  const { version } = createRequire(import.meta.url)('onnxruntime-node/package.json');
  return version;
}
