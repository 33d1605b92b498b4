export { describeFault, type Fault, InputError } from './errors.js';
export { type Random, randomStream } from './random.js';
