import {
  DEFAULT_TOLERANCE,
  describeVerification,
  readArtefact,
  verifyArtefact,
} from '../artefact/index.js';
import { jsonText } from '../run/index.js';
import { NegativeOutcome } from './outcome.js';
import type { Terminal } from './terminal.js';
import type { VerifyFlags } from './verify.js';
import { withEngine } from './with-engine.js';

/** Verifies a model on this machine and prints where it is from. */
export async function verifyHere(
  terminal: Terminal,
  path: string,
  flags: VerifyFlags,
): Promise<void> {
  const artefact = await readArtefact(path);
  const { facts } = artefact;
  const tolerance = flags.tolerance ?? DEFAULT_TOLERANCE;
  const [device, verification] = await withEngine(
    terminal,
    flags,
    async (runtime, device) =>
      [device, await verifyArtefact(artefact, runtime, { path, tolerance })] as const,
  );
  const { testTile, ...rest } = facts;
  const { origin, width, height } = testTile;
  terminal.out(
    flags.json
      ? jsonText({
          file: path,
          device,
          ...verification,
          facts: { ...rest, testTile: { origin, width, height } },
        })
      : describeVerification(path, facts, device, verification),
  );
  if (!verification.verified) throw new NegativeOutcome();
}
