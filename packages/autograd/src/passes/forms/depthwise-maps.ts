import type { GraphBuilder, Operand } from '../../builder.js';
import type { Value } from '../../operators/operator.js';
import { type Window, windowAttributesOf } from '../../operators/window.js';

const domain = 'com.microsoft.nchwc';

/**
 * How maps [N, C, H, W] whose channels never mix go into channel blocks: as they are where C fills them;
 * with the samples as channels where N C does; otherwise filled up with zeros.
 */
export class DepthwiseMaps {
  private readonly batch: number;
  /** Channels of each sample, and with those added. */
  private readonly channels: number;
  private readonly filled: number;
  /** Times a kernel for each channel is repeated. */
  private readonly copies: number;

  constructor(
    private readonly g: GraphBuilder,
    private readonly x: Value,
    private readonly block: number,
  ) {
    const [n, c] = x.shape as [number, number];
    const merges = c % block !== 0 && (n * c) % block === 0;
    this.copies = merges ? n : 1;
    this.batch = merges ? 1 : n;
    this.channels = this.copies * c;
    this.filled = Math.ceil(this.channels / block) * block;
  }

  /** In blocks; `x` has the number of samples and channels these maps are for. */
  blocked(x: Value): Value {
    const { g, batch, channels } = this;
    const shape = [batch, channels, ...x.shape.slice(2)];
    const maps = this.copies === 1 ? x : g.apply('Reshape', [x, g.ints(shape)]);
    return g.apply('ReorderInput', [this.filledUp(maps, 1)], {}, { domain });
  }

  /** A blocked value's convolution with a weight [C, 1, kh, kw]. */
  convolve(blocked: Value, weight: Value, window: Window, bias?: Operand): Value {
    const { g, filled } = this;
    const { kernel } = window;
    const kernels = g.apply('Reshape', [this.perChannel(weight), g.ints([1, filled, ...kernel])]);
    const inBlocks = g.apply('Reshape', [
      g.apply('ReorderInput', [kernels], {}, { domain }),
      g.ints([filled, 1, ...kernel]),
    ]);
    return g.apply(
      'Conv',
      [blocked, inBlocks, bias && this.perChannel(bias)],
      { ...windowAttributesOf(window), group: filled },
      { domain },
    );
  }

  /** A blocked value as plain maps [N, C, H, W]. */
  plain(blocked: Value): Value {
    const { g, channels } = this;
    const [n, c] = this.x.shape as [number, number];
    const maps = g.apply('ReorderOutput', [blocked], { channels }, { domain });
    if (this.copies === 1) return maps;
    return g.apply('Reshape', [maps, g.ints([n, c, ...maps.shape.slice(2)])]);
  }

  /** One blocked value whose pixels are those of stride x stride others, put side by side. */
  interleaved(phases: readonly Value[], stride: number): Value {
    const [first] = phases as [Value];
    if (stride === 1) return first;
    const { g, batch, filled, block } = this;
    const [, , height, width] = first.shape as [number, number, number, number];
    const count = (batch * filled * height * width) / block;
    const joined = (parts: readonly Value[], rows: number) => {
      const flat = parts.map((part) => g.apply('Reshape', [part, g.ints([rows, -1])]));
      return g.apply('Concat', flat, { axis: 1 });
    };
    // In memory a pixel's channels of a block follow each other: pixels first, then whole rows of them.
    const rows = Array.from({ length: stride }, (_, row) =>
      joined(phases.slice(row * stride, (row + 1) * stride), count),
    );
    const maps = joined(rows, count / width);
    return g.apply('Reshape', [maps, g.ints([batch, filled, stride * height, stride * width])]);
  }

  private perChannel(value: Value): Value {
    const { g, copies } = this;
    const repeated =
      copies === 1 ? value : g.apply('Concat', Array<Value>(copies).fill(value), { axis: 0 });
    return this.filledUp(repeated, 0);
  }

  /** Zeros behind the channels, which lie along `axis`. */
  private filledUp(value: Value, axis: number): Value {
    const missing = this.filled - this.channels;
    if (missing === 0) return value;
    const shape = value.shape.map((size, a) => (a === axis ? missing : size));
    return this.g.apply('Concat', [value, this.g.zeros(shape)], { axis });
  }
}
