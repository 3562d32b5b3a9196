/** @file What every importer can be told. */
import type { CellClass } from '@leukoscope/core';

/** Options of every importer. */
export interface ImportOptions {
  /** @default the folder's name */
  readonly name?: string;
  /** The classes in question, which decide ambiguous abbreviations. @default all */
  readonly among?: readonly CellClass[];
}
