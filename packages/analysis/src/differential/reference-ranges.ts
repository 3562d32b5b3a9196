/**
 * @file Adult reference ranges of the differential. @data Every site edits its own; these are defaults.
 *
 * Shares in percent: ARUP (15 years and older) and UCSD; cells per microlitre: Henry, via Labcorp. The
 * range of segmented neutrophils also stands for "neutrophil", where bands are counted with them.
 */
import { type CellClass, isCellClass, LeukoscopeError } from '@leukoscope/core';

/** Lowest and highest normal value. */
export interface ReferenceRange {
  readonly low: number;
  readonly high: number;
}

/** The ranges of a laboratory. */
export interface ReferenceRanges {
  readonly name: string;
  /** In percent of the leukocytes. */
  readonly percent: Readonly<Partial<Record<CellClass, ReferenceRange>>>;
  /** In cells per microlitre of blood. */
  readonly perMicrolitre: Readonly<Partial<Record<CellClass, ReferenceRange>>>;
}

const henry = {
  neutrophil: { low: 1800, high: 7800 },
  lymphocyte: { low: 1000, high: 4800 },
  monocyte: { low: 0, high: 800 },
  eosinophil: { low: 0, high: 450 },
  basophil: { low: 0, high: 200 },
} as const;

/** The ranges that come with the program. */
export const referenceRanges = {
  arup: {
    name: 'ARUP, adults',
    percent: {
      neutrophil: { low: 45, high: 79 },
      'segmented-neutrophil': { low: 45, high: 79 },
      'band-neutrophil': { low: 0, high: 5 },
      lymphocyte: { low: 16, high: 47 },
      monocyte: { low: 0, high: 9 },
      eosinophil: { low: 0, high: 6 },
      basophil: { low: 0, high: 2 },
    },
    perMicrolitre: henry,
  },
  ucsd: {
    name: 'UCSD, adults',
    percent: {
      neutrophil: { low: 45, high: 70 },
      'segmented-neutrophil': { low: 45, high: 70 },
      'band-neutrophil': { low: 0, high: 15 },
      lymphocyte: { low: 20, high: 40 },
      monocyte: { low: 1, high: 10 },
      eosinophil: { low: 1, high: 3 },
      basophil: { low: 0, high: 2 },
    },
    perMicrolitre: henry,
  },
} as const satisfies Record<string, ReferenceRanges>;

/** Read a site's own ranges: `{ name, percent: { lymphocyte: [16, 47] }, perMicrolitre: {...} }`. */
export function parseReferenceRanges(json: unknown): ReferenceRanges {
  const record = parseRecord(json, 'reference ranges');
  const { name } = record;
  if (typeof name !== 'string' || name === '') {
    throw rangesError(`name must be a text. Received ${JSON.stringify(name)}`);
  }
  return {
    name,
    percent: parseRanges(record['percent'] ?? {}, 'percent', 100),
    perMicrolitre: parseRanges(
      record['perMicrolitre'] ?? {},
      'perMicrolitre',
      Number.POSITIVE_INFINITY,
    ),
  };
}

function parseRanges(json: unknown, where: string, most: number): ReferenceRanges['percent'] {
  const ranges: Partial<Record<CellClass, ReferenceRange>> = {};
  for (const [key, value] of Object.entries(parseRecord(json, where))) {
    if (!isCellClass(key)) {
      throw rangesError(
        `${where} must name cell classes such as lymphocyte. Received ${JSON.stringify(key)}`,
      );
    }
    const [low, high, ...rest] = Array.isArray(value) ? value : [];
    const isRange =
      typeof low === 'number' &&
      typeof high === 'number' &&
      low >= 0 &&
      low <= high &&
      high <= most;
    if (!isRange || rest.length > 0) {
      throw rangesError(
        `${where}.${key} must be [low, high] from 0 to ${most}. Received ${JSON.stringify(value)}`,
      );
    }
    ranges[key] = { low, high };
  }
  return ranges;
}

function parseRecord(json: unknown, what: string): Record<string, unknown> {
  if (typeof json === 'object' && json !== null && !Array.isArray(json)) return { ...json };
  throw rangesError(`${what} must be an object. Received ${JSON.stringify(json)}`);
}

function rangesError(message: string): LeukoscopeError {
  return new LeukoscopeError('REFERENCE_RANGES', `${message}. See docs/guide-analyze.md.`);
}
