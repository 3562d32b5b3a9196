/** @file The page of `dataset stats`: one file that needs nothing else. */
import type { DatasetStatistics, GroupCount, Spread } from '@leukoscope/datasets';
import { escapeXml, type Figure, figureGrid, keyFigures, table } from '@leukoscope/metrics';
import { htmlPage } from '../framework/html-page.ts';
import { countText } from '../framework/text-table.ts';

/** What the page shows. */
export interface StatisticsPage {
  readonly statistics: DatasetStatistics;
  readonly figures: readonly Figure[];
  readonly layout: string;
  readonly command: string;
  readonly createdAt: string;
  readonly failed: number;
  /** JPEG. */
  readonly examples: Uint8Array | undefined;
}

// Longer lists are folded away.
const openRows = 12;

/** Write the page. */
export function statisticsPage(page: StatisticsPage): string {
  const { statistics: s, figures, layout, command, createdAt, failed, examples } = page;
  const total = s.cells + s.imageLevel;
  const facts: [string, string][] = [
    ['Read as', layout],
    ['Date', createdAt],
    ['Command', command],
  ];
  const keys = keyFigures([
    {
      label: 'Images',
      value: countText(s.images),
      note: `${countText(s.imagesWithoutCells)} without cells`,
    },
    { label: 'Cells', value: countText(s.cells), note: `${countText(s.masks)} with a mask` },
    { label: 'Types of whole images', value: countText(s.imageLevel) },
    { label: 'Classes', value: countText(s.classes.length) },
    {
      label: 'Cells an image, median',
      value: numberText(s.cellsPerImage.median),
      note: rangeText(s.cellsPerImage),
    },
    { label: 'Records not read', value: countText(failed) },
  ]);
  const classes = table(
    'By class',
    [
      'Class',
      'Taken to mean',
      'Cells',
      'Whole images',
      'Share',
      'In images',
      'Side, px',
      'Range, px',
    ],
    s.classes.map((own) => [
      own.name,
      own.cellClass ?? 'unknown',
      countText(own.cells),
      countText(own.imageLevel),
      total === 0 ? '–' : `${((100 * (own.cells + own.imageLevel)) / total).toFixed(1)} %`,
      countText(own.images),
      numberText(own.boxSide.median),
      rangeText(own.boxSide),
    ]),
  );
  const sizes = table(
    'Measures',
    ['Measure', 'Median', 'Mean', 'Range'],
    [
      ['Cells an image', s.cellsPerImage] as const,
      ['Box width, px', s.boxWidth] as const,
      ['Box height, px', s.boxHeight] as const,
    ].map(([name, spread]) => [
      name,
      numberText(spread.median),
      numberText(spread.mean),
      rangeText(spread),
    ]),
  );
  const pictures =
    examples === undefined
      ? ''
      : `<section><h2>Examples</h2><div class="scroll"><img class="sheet" alt="Examples of each class, one class a row" src="data:image/jpeg;base64,${Buffer.from(examples).toString('base64')}"></div></section>`;
  const body = [
    `<section><h2>Overview</h2>${keys}${figureGrid(figures)}</section>`,
    `<section><h2>Tables</h2>${classes}<div class="tables">${sizes}${groupTables(s)}</div></section>`,
    pictures,
  ].join('\n');
  return htmlPage({ title: `Data set ${s.name}`, facts, body, style: pictureStyle });
}

const pictureStyle =
  '.scroll { overflow-x: auto; } .sheet { width: 100%; min-width: 760px; height: auto; max-width: 1160px; border: 1px solid var(--rule); border-radius: 8px; background: #fff; } .table { margin-bottom: 14px; }';

function groupTables(s: DatasetStatistics): string {
  const groups: readonly (readonly [string, readonly GroupCount[]])[] = [
    ['Split', s.splits],
    ['Interference factor', s.factors],
    ['Image size', s.imageSizes],
    ['Slide', s.slides],
    ['Patient', s.patients],
  ];
  return groups
    .filter(([, list]) => list.length > 0)
    .map(([name, list]) => {
      const rows = list.map((g) => [g.name, countText(g.images), countText(g.cells)]);
      const written = table(`By ${name.toLowerCase()}`, [name, 'Images', 'Cells'], rows);
      return list.length <= openRows
        ? written
        : `<details><summary>${escapeXml(`By ${name.toLowerCase()} (${list.length})`)}</summary>${written}</details>`;
    })
    .join('');
}

function rangeText({ minimum, maximum }: Spread): string {
  return minimum === undefined ? '–' : `${numberText(minimum)} to ${numberText(maximum)}`;
}

function numberText(value: number | undefined): string {
  return value === undefined ? '–' : (Math.round(value * 10) / 10).toLocaleString('en-GB');
}
