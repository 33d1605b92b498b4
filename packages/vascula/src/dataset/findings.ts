import { type Fault, InputError } from '@vascula/core';

/** What makes a dataset unusable until somebody mends it. */
export type FaultKind =
  | 'missing'
  | 'text'
  | 'csv-columns'
  | 'csv-row'
  | 'json-line'
  | 'annotation'
  | 'polygon'
  | 'duplicate-id'
  | 'label-without-row'
  | 'label-without-file'
  | 'file-without-row'
  | 'image'
  | 'image-size'
  | 'pairs'
  | 'mask';

/** What is worth knowing and stops nothing. */
export type WarningKind =
  | 'optional-missing'
  | 'other-file'
  | 'alpha-dropped'
  | 'duplicate-tile'
  | 'duplicate-polygon'
  | 'outside-tile'
  | 'pairing'
  | 'jpeg-mask';

/** Where a reader of the dataset reports what it meets; it goes on reading where `fault` returns. */
export interface FindingSink {
  fault(kind: FaultKind, fault: Fault): void;
  warning(kind: WarningKind, fault: Fault): void;
}

/** For opening a dataset to work with it: the first fault throws, warnings are for `vascula check`. */
export const throwFirstFault: FindingSink = {
  fault(_kind, fault) {
    throw new InputError(fault);
  },
  warning() {},
};
