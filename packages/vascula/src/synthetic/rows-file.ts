import { type FileHandle, open, rename } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/**
 * A text file written line by line that appears under its name only when `finish` has synced it: for
 * files too long to be held in memory. Whoever stops before `finish` calls `close`.
 */
export class RowsFile {
  private constructor(
    private readonly path: string,
    private readonly temporary: string,
    private readonly file: FileHandle,
  ) {}

  static async create(path: string): Promise<RowsFile> {
    const temporary = join(dirname(path), `.${basename(path)}.tmp`);
    return new RowsFile(path, temporary, await open(temporary, 'wx'));
  }

  async write(line: string): Promise<void> {
    await this.file.writeFile(`${line}\n`);
  }

  async finish(): Promise<void> {
    await this.file.sync();
    await this.file.close();
    await rename(this.temporary, this.path);
  }

  async close(): Promise<void> {
    await this.file.close();
  }
}
