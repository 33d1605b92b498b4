import { stat } from 'node:fs/promises';

/** Whether there is anything at the path that can be looked at. */
export function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
