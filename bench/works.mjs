// What `npm run bench` times: each work in this project's own engine and in its peers.

/** As many as the peer of the tile work uses; TensorFlow.js is worth no more on two cores. */
const threads = 2;

const networks = {
  unet16: { net: 'unet', base: 16, kernel: 5, size: 256, batch: 4, runs: 5 },
  unet48: { net: 'unet', base: 48, kernel: 5, size: 512, batch: 1, runs: 3 },
  fcn64: { net: 'fcn', base: 64, kernel: 3, size: 256, batch: 1, runs: 3 },
};
const titles = {
  unet16: 'U-Net, base 16, 256 x 256, batch 4',
  unet48: "the notebook's U-Net, 512 x 512, batch 1",
  fcn64: "the notebook's FCN, 256 x 256, batch 1",
};

/**
 * A work is `ours` and `peers`, each a command that prints one line of JSON (`seconds`, maybe `peakBytes`),
 * and the ratios of ours to the better peer's that are aimed at. A peer's `engine` is a key of those of
 * peers.mjs.
 */
export function works(tilesFolder) {
  const names = Object.keys(networks);
  return [
    ...names.map((name) => ({
      name: `step-${name}`,
      title: `training step, ${titles[name]}`,
      goals: { seconds: 0.75, peakBytes: 1 },
      ...againstTorch('step', networks[name]),
    })),
    ...names.map((name) => ({
      name: `inference-${name}`,
      title: `inference, ${titles[name]}`,
      goals: { seconds: 0.6 },
      ...againstTorch('inference', networks[name]),
    })),
    {
      name: 'inference-tfjs',
      title: `inference, ${titles.unet16}`,
      goals: { seconds: 0.1 },
      ours: ours('inference', networks.unet16),
      peers: [
        {
          engine: 'tfjs',
          label: 'TensorFlow.js',
          script: 'bench/peers/tfjs/inference.mjs',
          args: flags({ ...networks.unet16, net: undefined }),
        },
      ],
    },
    tiles(tilesFolder),
  ];
}

function ours(work, network) {
  return { label: 'Vascula', script: 'bench/network.mjs', args: [work, ...flags(network)] };
}

function againstTorch(work, network) {
  const script = 'bench/peers/torch_network.py';
  const args = [work, ...flags(network)];
  return {
    ours: ours(work, network),
    peers: [
      { engine: 'torch', label: 'PyTorch, NCHW', script, args },
      {
        engine: 'torch',
        label: 'PyTorch, channels last',
        script,
        args: [...args, '--channels-last'],
      },
    ],
  };
}

function tiles(folder) {
  const rounds = ['--tiles', '262', '--rounds', '2'];
  return {
    name: 'tiles',
    title: '262 tiles of 512 x 512 made network input',
    goals: { seconds: 0.5 },
    readsTiles: true,
    ours: {
      label: 'Vascula',
      script: 'bench/prepare-tiles.mjs',
      args: [folder, ...rounds, '--workers', `${threads}`],
    },
    peers: [
      {
        engine: 'opencv',
        label: 'OpenCV, NumPy',
        script: 'bench/peers/prepare_tiles.py',
        args: [folder, ...rounds],
      },
    ],
  };
}

function flags(options) {
  return Object.entries({ ...options, threads })
    .filter(([, value]) => value !== undefined)
    .flatMap(([name, value]) => [`--${name}`, `${value}`]);
}
