/** @file The figures of `dataset stats`. */
import { boxOf, type Dataset, type DatasetStatistics, type GroupCount } from '@leukoscope/datasets';
import {
  barFigure,
  boxAndWhisker,
  boxPlotFigure,
  type Figure,
  type FigureTheme,
} from '@leukoscope/metrics';

// A longer list reads better as a table.
const mostGroups = 24;
const mostBins = 24;

/** Draw what there is to draw. */
export function statisticsFigures(
  dataset: Dataset,
  statistics: DatasetStatistics,
  theme: FigureTheme,
): Figure[] {
  const s = statistics;
  const whole = (value: number) => value.toLocaleString('en-GB');
  const figures: Figure[] = [];
  const hasCells = s.cells > 0;
  const hasTypes = s.imageLevel > 0;
  figures.push(
    barFigure(
      s.classes.map(({ name, cells, imageLevel }) => ({
        label: name,
        bars: [
          ...(hasCells ? [{ series: 'Cells', value: cells }] : []),
          ...(hasTypes ? [{ series: 'Whole images', value: imageLevel }] : []),
        ],
      })),
      { name: 'classes', title: 'Cells by class', xTitle: 'Count', format: whole, theme },
    ),
  );
  if (hasCells) {
    const sides = boxSides(dataset).filter(({ values }) => values.length > 0);
    figures.push(
      boxPlotFigure(
        sides.map(({ label, values }) => ({
          label,
          boxes: [{ series: 'boxes', box: boxAndWhisker(values) }],
        })),
        {
          name: 'box-sides',
          title: 'Size of cells by class (square root of the box area)',
          yTitle: 'Pixels',
          bounds: { low: 0, high: Number.POSITIVE_INFINITY },
          theme,
        },
      ),
      barFigure(
        histogram(cellCounts(dataset)).map(({ label, count }) => ({
          label,
          bars: [{ series: 'Images', value: count }],
        })),
        {
          name: 'cells-per-image',
          title: 'Images by number of cells',
          xTitle: 'Images',
          format: whole,
          theme,
        },
      ),
    );
  }
  const groups: readonly (readonly [string, string, readonly GroupCount[]])[] = [
    ['splits', 'By split', s.splits],
    ['factors', 'By interference factor', s.factors],
    ['slides', 'By slide', s.slides],
    ['patients', 'By patient', s.patients],
    ['image-sizes', 'By image size', s.imageSizes],
  ];
  for (const [name, title, list] of groups) {
    if (list.length < 2 || list.length > mostGroups) continue;
    figures.push(
      barFigure(
        list.map((group) => ({
          label: group.name,
          bars: [
            { series: 'Images', value: group.images },
            ...(hasCells ? [{ series: 'Cells', value: group.cells }] : []),
          ],
        })),
        { name, title, xTitle: 'Count', format: whole, theme },
      ),
    );
  }
  return figures;
}

/** Return the side of a square of each box's area, by class; cells without a class come last. */
function boxSides({ classes, images }: Dataset): { label: string; values: number[] }[] {
  const sides = [...classes.map(({ name }) => name), 'no class'].map((label) => ({
    label,
    values: [] as number[],
  }));
  for (const { annotations, size } of images) {
    for (const record of annotations) {
      const box = boxOf(record, size);
      if (box === undefined) continue;
      const area = Math.max(0, box.x2 - box.x1) * Math.max(0, box.y2 - box.y1);
      sides[record.classIndex ?? classes.length]!.values.push(Math.sqrt(area));
    }
  }
  return sides;
}

function cellCounts({ images }: Dataset): number[] {
  return images.map(
    ({ annotations, size }) =>
      annotations.filter((record) => boxOf(record, size) !== undefined).length,
  );
}

/** Count values in bins of equal width, one for each number where they are few. */
function histogram(values: readonly number[]): { label: string; count: number }[] {
  const low = values.reduce((a, b) => Math.min(a, b), Infinity);
  const high = values.reduce((a, b) => Math.max(a, b), 0);
  const width = Math.ceil((high - low + 1) / mostBins);
  const bins = Array.from({ length: Math.ceil((high - low + 1) / width) }, (_, i) => {
    const from = low + i * width;
    return { label: width === 1 ? `${from}` : `${from} to ${from + width - 1}`, count: 0 };
  });
  for (const value of values) bins[Math.floor((value - low) / width)]!.count++;
  return bins;
}
