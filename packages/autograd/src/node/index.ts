export { type Device, devices } from './device.js';
export { engineVersion } from './engine-version.js';
export { createNodeRuntime, type NodeRuntimeOptions } from './node-runtime.js';
export { DeviceError, type OpenedDevice, openDevice, worthwhile } from './open-device.js';
export { type DeviceReport, probeDevice, type UnusableDevice } from './probe-device.js';
