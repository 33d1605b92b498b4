import type { OnnxFile } from '@vascula/autograd';
import { InputError } from '../../errors.js';
import { type OnnxWishes, type ResolvedConvention, resolveConvention } from './convention.js';
import { type OnnxSpec, openOnnx } from './open-onnx.js';

/**
 * Opens an ONNX file for the first time: works out how it is fed and read, and says where each part of that
 * comes from.
 *
 * @throws InputError as `resolveConvention` and `openOnnx`, and where one of several output channels has to
 * be named.
 */
export function importOnnx(
  file: OnnxFile,
  wishes: OnnxWishes,
  path: string,
): { spec: OnnxSpec; origins: ResolvedConvention['origins'] } {
  const { convention, origins } = resolveConvention(file, wishes, path);
  const spec = openOnnx(file, convention, path);
  if (spec.outputChannels > 1 && origins.outputChannel === 'assumed')
    throw new InputError({
      path,
      problem: `has ${spec.outputChannels} output channels`,
      expected: `the one that is vessel, 0 to ${spec.outputChannels - 1}, named with --output-channel`,
    });
  return { spec, origins };
}
