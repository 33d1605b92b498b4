import { ReusedBytes } from '../files/reused-bytes.js';

/**
 * What one tile after the other is read into: the system's page faults for fresh memory cost as much as
 * the decoding, and more where several threads ask. What was read is valid until the next tile is.
 */
export class TileMemory {
  readonly file = new ReusedBytes();
  readonly pixels = new ReusedBytes();
  readonly mask = new ReusedBytes();
}
