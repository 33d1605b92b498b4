import { channelOrders, outputKinds } from '@vascula/core';
import { z } from 'zod';

const channels = z.tuple([z.number(), z.number(), z.number()]);

/** A network from an ONNX file, which lies in the run's folder as `source.onnx`. */
export const onnxSchema = z.strictObject({
  architecture: z.literal('onnx'),
  /** Absolute path the file was read from. */
  file: z.string(),
  /** Of its bytes: the copy is held against it. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/, '64 hexadecimal digits'),
  output: z.string(),
  outputChannel: z.number().int().min(0),
  outputKind: z.enum(outputKinds),
  channelOrder: z.enum(channelOrders),
  normalisation: z.strictObject({
    mean: channels,
    std: channels.refine((std) => std.every((s) => s > 0), 'three numbers above 0'),
  }),
  freeze: z.array(z.string()),
  sizeMultiple: z.number().int().positive(),
});
