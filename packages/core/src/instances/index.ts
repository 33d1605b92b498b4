export { type Detection, detectInstances, type Instance } from './detect-instances.js';
