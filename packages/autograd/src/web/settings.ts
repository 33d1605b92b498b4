/** What the worker is told first, before any request. */
export interface Settings {
  readonly threads: number;
  /** Address of the folder with ONNX Runtime's files; undefined leaves it to the bundler. */
  readonly wasmPaths: string | undefined;
}
