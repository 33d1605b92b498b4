import { build, type InlineConfig, mergeConfig, preview } from 'vite';

export const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

const quiet: InlineConfig = { configFile: false, logLevel: 'error', appType: 'mpa' };

/** Builds the site of the folder `root` into `outDir`. */
export async function buildSite(
  root: string,
  outDir: string,
  config: InlineConfig = {},
): Promise<void> {
  const site = { ...quiet, root, build: { outDir, emptyOutDir: true } };
  await build(mergeConfig(site, config));
}

export interface Server {
  readonly address: string;
  close(): Promise<void>;
}

/** Serves a built site on this machine. */
export async function serveSite(
  outDir: string,
  headers: Readonly<Record<string, string>>,
): Promise<Server> {
  const server = await preview({
    ...quiet,
    build: { outDir },
    preview: { host: '127.0.0.1', headers },
  });
  return {
    address: server.resolvedUrls?.local[0] as string,
    close: () => server.close(),
  };
}
