export type { Donor, Exploration, ExploreOptions, FoundFinding } from './exploration.js';
export { type ExploreHooks, explorePage } from './explore-page.js';
