import { type InferenceSession, Tensor } from 'onnxruntime-node';
import { writeOnnx } from '../onnx/write.js';
import type { DataType, TypedArray } from '../tensor.js';

/**
 * Copies tensors from the device to the processor. `Tensor.getData` is not written for Node and ends
 * the process, so a session that does nothing has its result put into the processor's memory.
 */
export class Downloader {
  private readonly sessions = new Map<DataType, Promise<InferenceSession>>();

  constructor(private readonly createSession: (model: Uint8Array) => Promise<InferenceSession>) {}

  async download(tensor: Tensor): Promise<TypedArray> {
    const type = tensor.type as DataType;
    let session = this.sessions.get(type);
    if (session === undefined) {
      session = this.createSession(copyModel(type));
      this.sessions.set(type, session);
    }
    const flat = Tensor.fromGpuBuffer(tensor.gpuBuffer, {
      dataType: type as Tensor.GpuBufferDataTypes,
      dims: [tensor.size],
    });
    const { y } = await (await session).run({ x: flat });
    return (y as Tensor).data as TypedArray;
  }
}

function copyModel(type: DataType): Uint8Array {
  return writeOnnx({
    name: 'copy',
    inputs: [{ name: 'x', type, shape: ['length'] }],
    outputs: [{ name: 'y', type, shape: ['length'] }],
    initialisers: new Map(),
    nodes: [
      {
        name: 'y',
        operator: 'Identity',
        domain: '',
        inputs: ['x'],
        outputs: ['y'],
        attributes: {},
      },
    ],
  });
}
