declare global {
  // Node, browsers and workers all have these two; the language's own library does not declare them.
  class TextEncoder {
    encode(text: string): Uint8Array<ArrayBuffer>;
  }
  class TextDecoder {
    constructor(label?: string, options?: { fatal?: boolean });
    decode(bytes: Uint8Array): string;
  }
}

export {};
