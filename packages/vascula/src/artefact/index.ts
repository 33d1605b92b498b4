export { describeVerification } from './describe.js';
export {
  type Artefact,
  type ExportHooks,
  type ExportOptions,
  exportRun,
  type InputForm,
} from './export-run.js';
export type { ArtefactFacts } from './facts.js';
export { modelCard } from './model-card.js';
export { type ReadArtefact, readArtefact } from './read-artefact.js';
export { DEFAULT_TOLERANCE, type Verification, verifyArtefact } from './verify-artefact.js';
