/** @file Which pictures belong together, where file names say it and the data set does not (`--together`). */
import type { ImageRecord } from '@leukoscope/datasets';
import { UsageError } from '../framework/usage-error.ts';

/** A picture's group: the pattern's first group in its path, or what `otherwise` says where there is no pattern. */
export function groupsBy(
  pattern: string | undefined,
  otherwise: (image: ImageRecord) => string,
): (image: ImageRecord) => string {
  if (pattern === undefined) return otherwise;
  let expression: RegExp;
  try {
    expression = new RegExp(pattern);
  } catch {
    throw new UsageError(`--together must be a regular expression. Received ${pattern}.`);
  }
  return ({ file }) => {
    const group = expression.exec(file)?.[1];
    if (group !== undefined) return group;
    throw new UsageError(
      `--together must match every picture's path with a first group. Received ${pattern}, which does not match ${file}.`,
    );
  };
}
