// What a measurement is worth nothing without: the machine and the versions.
import { execFileSync } from 'node:child_process';
import { totalmem, type } from 'node:os';
import { engineVersion } from '@vascula/autograd/node';
import { examineProcessor } from '../packages/vascula/dist/doctor/processor.js';

export async function describeMachine() {
  const { model, available, vectors } = await examineProcessor();
  return {
    processor: model,
    cores: available,
    vectors,
    memoryBytes: totalmem(),
    system: `${type()} ${process.arch}`,
    node: process.versions.node,
    onnxruntime: engineVersion(),
    commit: git('describe', '--always', '--dirty'),
  };
}

function git(...args) {
  try {
    return execFileSync('git', args, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return undefined;
  }
}
