export {
  type SyntheticDatasetHooks,
  type SyntheticDatasetOptions,
  type SyntheticDatasetReport,
  writeSyntheticDataset,
} from './write-dataset.js';
