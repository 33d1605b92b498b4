import { extremum } from './extremum.js';

export const Min = extremum('Min');
