/**
 * @file Says in text what matched between a file and a network, and holds that everything did.
 */
import { LeukoscopeError, type Shape } from '@leukoscope/core';
import type { WeightMatch } from './match-weights.ts';

/** What may stay without a partner. */
export interface FullMatchOptions {
  /** @default false */
  readonly allowMissing?: boolean | undefined;
  /** @default false */
  readonly allowLeftOver?: boolean | undefined;
}

/** Longer lists are cut: the first names show what is wrong. */
const mostNames = 20;

/** Describe a match: one line of counts, then each group that is not empty. */
export function describeMatch(match: WeightMatch): string {
  const { matched, missing, leftOver, leftOut, shapeMismatches, dtypeMismatches } = match;
  const elements = [...matched.values()].reduce((sum, { data }) => sum + data.length, 0);
  const wanted = matched.size + missing.length + shapeMismatches.length + dtypeMismatches.length;
  return [
    `${matched.size} of ${wanted} parameters matched (${elements} numbers).`,
    ...group('missing in the file', missing),
    ...group('left over in the file', leftOver),
    ...group('left out on purpose', leftOut),
    ...group(
      'of another shape',
      shapeMismatches.map(
        ({ key, source, expected, received }) =>
          `${renamed(key, source)}: expected ${shapeText(expected)}, received ${shapeText(received)}`,
      ),
    ),
    ...group(
      'not of floats',
      dtypeMismatches.map(({ key, source, received }) => `${renamed(key, source)}: ${received}`),
    ),
  ].join('\n');
}

/** Throw unless every parameter has its values and every tensor its parameter. */
export function requireFullMatch(match: WeightMatch, options: FullMatchOptions = {}): void {
  const { allowMissing = false, allowLeftOver = false } = options;
  const { missing, leftOver, shapeMismatches, dtypeMismatches } = match;
  const isFull =
    (allowMissing || missing.length === 0) &&
    (allowLeftOver || leftOver.length === 0) &&
    shapeMismatches.length === 0 &&
    dtypeMismatches.length === 0;
  if (isFull) return;
  throw new LeukoscopeError(
    'WEIGHTS_MATCH',
    `The weights must fit the network. Received weights that do not: ${describeMatch(match)}\nRename or transpose with the options of matchWeights.`,
  );
}

function group(title: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  const shown = lines.slice(0, mostNames).map((line) => `  ${line}`);
  const rest = lines.length > mostNames ? [`  ... and ${lines.length - mostNames} more`] : [];
  return [`${lines.length} ${title}:`, ...shown, ...rest];
}

function renamed(key: string, source: string): string {
  return key === source ? key : `${key} (in the file ${source})`;
}

function shapeText(shape: Shape): string {
  return `[${shape.join(', ')}]`;
}
