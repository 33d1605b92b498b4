import { rounding } from './rounding.js';

export const Ceil = rounding('Ceil', Math.ceil);
