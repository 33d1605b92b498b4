import { rounding } from './rounding.js';

export const Floor = rounding('Floor', Math.floor);
