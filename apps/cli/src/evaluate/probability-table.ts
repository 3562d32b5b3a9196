/**
 * @file A CSV of probabilities (`file`, then one column for each type) -> predictions about whole images:
 * the most probable type with its probability as score, and all probabilities for ROC and calibration.
 */
import { LeukoscopeError, parseCellClass } from '@leukoscope/core';
import type { AnnotationRecord, Dataset, ImportIssue, ImportResult } from '@leukoscope/datasets';

/** The result, with the probabilities by image file in the order of `parsed.classes`. */
export interface ImportedProbabilities extends ImportResult {
  readonly probabilities: ReadonlyMap<string, readonly number[]>;
}

/** Tell a table of probabilities from one of cells, which has a class column. */
export function isProbabilityTable(head: string): boolean {
  const [first = ''] = head.split(/\r?\n/);
  const columns = splitRow(first);
  return columns[0]?.toLowerCase() === 'file' && columns.length >= 3 && !columns.includes('class');
}

/** Read the table. */
export function importProbabilities(
  bytes: Uint8Array,
  file: string,
  groundTruth: Dataset,
): ImportedProbabilities {
  const lines = new TextDecoder()
    .decode(bytes)
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/);
  const names = splitRow(lines[0] ?? '').slice(1);
  const classes = names.map((name, id) => {
    const known = groundTruth.classes.find((own) => own.name.toLowerCase() === name.toLowerCase());
    const meant = parseCellClass(name);
    const cellClass = known?.cellClass ?? (meant.kind === 'known' ? meant.cellClass : undefined);
    return cellClass === undefined ? { id, name } : { id, name, cellClass };
  });
  const failed: ImportIssue[] = [];
  const probabilities = new Map<string, readonly number[]>();
  lines.slice(1).forEach((text, i) => {
    if (text.trim() === '') return;
    const [image = '', ...cells] = splitRow(text);
    const values = cells.map((cell) => (cell === '' ? Number.NaN : Number(cell)));
    const reason =
      values.length !== names.length
        ? `row must hold ${names.length} probabilities. Received ${values.length}.`
        : values.some((value) => !(value >= 0 && value <= 1))
          ? `probabilities must be numbers from 0 to 1. Received ${cells.join(', ')}.`
          : Math.abs(values.reduce((a, b) => a + b, 0) - 1) > 0.01
            ? `probabilities must sum to 1. Received ${values.reduce((a, b) => a + b, 0)}.`
            : probabilities.has(image)
              ? `image must be named once. Received ${image} again.`
              : undefined;
    if (reason === undefined) probabilities.set(image, values);
    else failed.push({ file, line: i + 2, reason });
  });
  if (probabilities.size === 0) {
    throw new LeukoscopeError(
      'IMPORT_EMPTY',
      `${file} must hold a row of probabilities. Found none.`,
    );
  }
  const images = [...probabilities].map(([image, values]) => {
    const score = Math.max(...values);
    const record: AnnotationRecord = { classIndex: values.indexOf(score), score };
    return { id: image, file: image, annotations: [record] };
  });
  return { parsed: { name: file, classes, images }, failed, warnings: [], probabilities };
}

/** Split a row at its commas; quoted fields may hold commas and doubled quotes. */
function splitRow(row: string): string[] {
  const fields = row.match(/("([^"]|"")*"|[^,]*)(,|$)/g) ?? [];
  // The last match is the empty one behind the end.
  return fields
    .slice(
      0,
      row.endsWith(',') || fields.length === 1 ? undefined : fields.at(-1) === '' ? -1 : undefined,
    )
    .map((field) => field.replace(/,$/, ''))
    .map((field) =>
      /^".*"$/.test(field) ? field.slice(1, -1).replaceAll('""', '"') : field.trim(),
    );
}
