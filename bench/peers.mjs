// The engines that Vascula is measured against, as this machine has them.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const pythons = ['/usr/bin/python3', 'python3'];

/**
 * Debian's PyTorch with OpenBLAS's other build (its own threads beside OpenMP's) takes 1.3 times as
 * long for a training step, whichever of the two the system prefers.
 */
const openMp = `/usr/lib/${{ x64: 'x86_64', arm64: 'aarch64' }[process.arch]}-linux-gnu/openblas-openmp`;

const engines = {
  torch: {
    name: 'PyTorch',
    install: 'apt-get install python3-torch libopenblas0-openmp',
    find: () => python('torch', existsSync(openMp) ? { LD_LIBRARY_PATH: openMp } : {}),
  },
  opencv: {
    name: 'OpenCV and NumPy',
    install: 'apt-get install python3-opencv python3-numpy',
    find: () => python('cv2', {}),
  },
  tfjs: {
    name: 'TensorFlow.js in Chromium',
    install: 'npm ci --prefix bench/peers/tfjs; apt-get install chromium',
    find: () => {
      const packages = new URL('peers/tfjs/node_modules/@tensorflow', import.meta.url);
      const there = existsSync(fileURLToPath(packages)) && existsSync('/usr/bin/chromium');
      return there ? { program: process.execPath, env: {} } : undefined;
    },
  },
};

/**
 * The engines of those keys: each with what runs its scripts (`program`, `env`), or `missing`, in words,
 * with how to install it.
 */
export function findEngines(keys) {
  return new Map(
    [...keys].map((key) => {
      const { name, install, find } = engines[key];
      return [key, find() ?? { missing: `${name} is not installed: ${install}` }];
    }),
  );
}

function python(module, env) {
  // What a BLAS is: a library that has it in its name, among those mapped into the process.
  const probe = `
import ${module}, json
try:
    libraries = {line.split()[-1] for line in open('/proc/self/maps') if 'blas' in line}
except OSError:
    libraries = set()
print(json.dumps(sorted(libraries)))`;
  for (const program of pythons) {
    const { status, stdout } = spawnSync(program, ['-c', probe], {
      encoding: 'utf8',
      env: { ...process.env, ...env },
    });
    if (status === 0) return { program, env, blas: JSON.parse(stdout) };
  }
  return undefined;
}
