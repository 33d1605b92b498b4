import type { ArtefactFacts } from './facts.js';

/** A way to run a model: a heading, what to know, and a program. */
export interface Usage {
  readonly title: string;
  readonly note?: string;
  readonly language: 'python' | 'js';
  readonly code: string;
}

/** Programs that run a model, each complete; tests run them as they stand. */
export function usages(facts: ArtefactFacts, file: string): Usage[] {
  const isBytes = facts.input.includes('uint8');
  const pixels = isBytes ? 'padded[None]' : 'padded.transpose(2, 0, 1)[None].astype(np.float32)';
  const python: Usage = {
    title: 'ONNX Runtime, Python',
    language: 'python',
    code: `import numpy as np
import onnxruntime
from PIL import Image

session = onnxruntime.InferenceSession(${JSON.stringify(file)})
image = np.asarray(Image.open("tile.png").convert("RGB"))
${padding(facts)}
(probability,) = session.run(["probability"], {"image": ${pixels}})
${masking(facts)}
Image.fromarray(mask.astype(np.uint8) * 255).save("mask.png")`,
  };
  const web: Usage = {
    title: 'ONNX Runtime Web, JavaScript',
    note:
      'The image is an `ImageData`, such as `getImageData` of a canvas gives. What is missing to a multiple ' +
      `of ${facts.sizeMultiple} mirrors the image.`,
    language: 'js',
    code: webCode(facts, file, isBytes),
  };
  const opencv: Usage = {
    title: 'OpenCV, Python (`dnn`)',
    note: 'Tried with OpenCV 4.6, which reads images as BGR: hence the conversion.',
    language: 'python',
    code: `import cv2
import numpy as np

net = cv2.dnn.readNetFromONNX(${JSON.stringify(file)})
image = cv2.cvtColor(cv2.imread("tile.png"), cv2.COLOR_BGR2RGB)
${padding(facts)}
net.setInput(${pixels})
probability = net.forward()
${masking(facts)}
cv2.imwrite("mask.png", mask.astype(np.uint8) * 255)`,
  };
  return [python, opencv, web];
}

function padding({ sizeMultiple }: ArtefactFacts): string {
  return `height, width = image.shape[:2]
# Both sides to multiples of ${sizeMultiple}; what is added below and to the right mirrors the image.
padded = np.pad(image, ((0, -height % ${sizeMultiple}), (0, -width % ${sizeMultiple}), (0, 0)), "reflect")`;
}

function masking({ cutoff }: ArtefactFacts): string {
  return `probability = probability[0, 0, :height, :width]
mask = probability > ${cutoff}`;
}

function webCode({ sizeMultiple, cutoff }: ArtefactFacts, file: string, isBytes: boolean): string {
  const [type, array, index, shape] = isBytes
    ? ['uint8', 'Uint8Array', '(y * columns + x) * 3 + c', '[1, rows, columns, 3]']
    : ['float32', 'Float32Array', '(c * rows + y) * columns + x', '[1, 3, rows, columns]'];
  return `import * as ort from 'onnxruntime-web';

const session = await ort.InferenceSession.create(${JSON.stringify(file)});

/** image: ImageData, RGBA. Gives 1 for vessel and 0 for background, width * height. */
export async function vessels({ data, width, height }) {
  const roundUp = (size) => Math.ceil(size / ${sizeMultiple}) * ${sizeMultiple};
  const mirrored = (place, size) => {
    const period = Math.max(1, 2 * (size - 1));
    return Math.min(place % period, period - (place % period), size - 1);
  };
  const [rows, columns] = [roundUp(height), roundUp(width)];
  const pixels = new ${array}(3 * rows * columns);
  for (let y = 0; y < rows; y++)
    for (let x = 0; x < columns; x++)
      for (let c = 0; c < 3; c++)
        pixels[${index}] =
          data[(mirrored(y, height) * width + mirrored(x, width)) * 4 + c];
  const image = new ort.Tensor('${type}', pixels, ${shape});
  const { probability } = await session.run({ image });
  const mask = new Uint8Array(width * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      mask[y * width + x] = probability.data[y * columns + x] > ${cutoff} ? 1 : 0;
  return mask;
}`;
}
