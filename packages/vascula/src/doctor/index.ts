export { describeExamination } from './describe.js';
export { type Examination, examine } from './examine.js';
