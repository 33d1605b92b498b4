/** How an image is scaled for a network: (x / 255 - mean) / std, three channels in the network's order. */
export interface Normalisation {
  readonly mean: readonly [number, number, number];
  readonly std: readonly [number, number, number];
}

const named: Readonly<Record<string, Normalisation>> = {
  // Of the images PyTorch's pretrained networks were trained on (torchvision's documentation).
  imagenet: { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
  // 0 to 1.
  unit: { mean: [0, 0, 0], std: [1, 1, 1] },
  // -1 to 1.
  symmetric: { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] },
  // 0 to 255.
  none: { mean: [0, 0, 0], std: [1 / 255, 1 / 255, 1 / 255] },
};

export const normalisationNames: readonly string[] = Object.keys(named);

/** A normalisation by name, or as `M,M,M/S,S,S` (each S above 0); undefined for anything else. */
export function readNormalisation(text: string): Normalisation | undefined {
  if (Object.hasOwn(named, text)) return named[text];
  const [mean, std, more] = text
    .split('/')
    .map((part) =>
      part.split(',').map((number) => (number.trim() === '' ? Number.NaN : Number(number))),
    );
  if (mean?.length !== 3 || std?.length !== 3 || more !== undefined) return undefined;
  if (![...mean, ...std].every(Number.isFinite) || !std.every((s) => s > 0)) return undefined;
  return { mean: mean as [number, number, number], std: std as [number, number, number] };
}

/** As `readNormalisation` reads it. */
export function writeNormalisation({ mean, std }: Normalisation): string {
  const numbers = `${mean.join(',')}/${std.join(',')}`;
  const name = normalisationNames.find((name) => {
    const known = named[name] as Normalisation;
    return `${known.mean.join(',')}/${known.std.join(',')}` === numbers;
  });
  return name ?? numbers;
}
