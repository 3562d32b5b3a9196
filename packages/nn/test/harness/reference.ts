/** @file Reads the numbers recorded from PyTorch (fixtures/nn-reference, made by its generate.py). */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const folder = path.join(import.meta.dirname, '../../../../fixtures/nn-reference');

/** Parse one file of the folder. */
export function parseReference<T>(name: string): T {
  return JSON.parse(readFileSync(path.join(folder, `${name}.json`), 'utf8')) as T;
}

/** What generate.py recorded of one case; gradients are null where none was asked for. */
export interface RecordedCase {
  readonly inputs: readonly unknown[];
  readonly outputs: readonly (readonly number[])[];
  readonly gradients: readonly (readonly number[] | null)[];
}

/** Recorded cases of one family by name; they are spread over numbered files. */
export function parseRecordedCases(family: string): Readonly<Record<string, RecordedCase>> {
  const prefix = `ops-${family}-`;
  const names = readdirSync(folder).filter((name) => name.startsWith(prefix));
  const parts = names.sort().map((name) => path.basename(name, '.json'));
  return Object.assign({}, ...parts.map((part) => parseReference<object>(part)));
}
