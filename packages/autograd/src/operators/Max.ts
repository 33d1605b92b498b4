import { extremum } from './extremum.js';

export const Max = extremum('Max');
