/** @file Runs `dataset stats`. */
import { type DatasetStatistics, datasetStatistics, type Spread } from '@leukoscope/datasets';
import { encodeJpeg } from '@leukoscope/image';
import { pageTheme, printTheme } from '@leukoscope/metrics';
import type { CommandContext, CommandResult, OptionValues } from '../framework/command.ts';
import { withOutputFolder } from '../framework/output.ts';
import type { Style } from '../framework/style.ts';
import { countText, plural, textTable } from '../framework/text-table.ts';
import { writeFigures } from '../framework/write-figures.ts';
import type { writeOptions } from '../framework/write-options.ts';
import { drawExamples } from './example-cells.ts';
import { mapClasses, parseClassRules, selectRecords } from './map-classes.ts';
import { failuresOf, type OpenedDataset, openDataset } from './open-dataset.ts';
import type { classOptions, pixelOptions, selectOptions, sourceOptions } from './source-options.ts';
import { statisticsFigures } from './stats-figures.ts';
import { statisticsPage } from './stats-page.ts';

type Options = OptionValues<
  typeof sourceOptions &
    typeof selectOptions &
    typeof classOptions &
    typeof pixelOptions &
    typeof writeOptions
> & { readonly out: string | undefined; readonly examples: number };

/** Count, and with `out` draw. */
export async function runStats(
  { operands, options }: { readonly operands: readonly string[]; readonly options: Options },
  context: CommandContext,
): Promise<CommandResult> {
  const { out, force } = options;
  const rules = parseClassRules(options.map);
  const read = async () => {
    const opened = await openDataset(operands[0]!, options, context);
    const selected = selectRecords(opened.dataset, options);
    const { dataset } = mapClasses(selected, rules, options.taxonomy);
    return { ...opened, dataset };
  };
  if (out === undefined) return tell(await read(), options);
  return withOutputFolder(out, { force, interrupt: context.io.interrupt }, async (output) => {
    const opened = await read();
    const { dataset, layout } = opened;
    const statistics = datasetStatistics(dataset);
    const { examples, maxMegapixels } = options;
    const sheet =
      examples === 0
        ? undefined
        : await drawExamples(opened, dataset, examples, maxMegapixels, context);
    const page = statisticsPage({
      statistics,
      figures: statisticsFigures(dataset, statistics, pageTheme),
      layout,
      command: context.commandLine,
      createdAt: context.io.now().toISOString().slice(0, 10),
      failed: opened.failed.length,
      examples: sheet === undefined ? undefined : await encodeJpeg(sheet, { quality: 88 }),
    });
    await output.write('statistics.html', page);
    await output.write('statistics.json', `${JSON.stringify(statistics, null, 2)}\n`);
    await writeFigures(statisticsFigures(dataset, statistics, printTheme), 'figures', output);
    return tell(opened, options, out);
  });
}

function tell(opened: OpenedDataset, options: Options, out?: string): CommandResult {
  const statistics = datasetStatistics(opened.dataset);
  return {
    failures: failuresOf(options, opened.failed),
    json: { format: opened.layout, ...statistics, failed: opened.failed },
    text: (style, columns) =>
      [
        statisticsTables(statistics, style, columns),
        ...(out === undefined ? [] : ['', `Page and figures written to ${out}/statistics.html`]),
      ].join('\n'),
  };
}

function statisticsTables(s: DatasetStatistics, style: Style, columns: number | undefined): string {
  const total = s.cells + s.imageLevel;
  const write = (header: readonly string[], rows: readonly (readonly (string | number)[])[]) =>
    textTable(header, rows, style, columns);
  const groups = (name: string, list: DatasetStatistics['splits']) => {
    if (list.length === 0) return [];
    const shown = list.slice(0, 12);
    const rest = list.length - shown.length;
    return [
      '',
      write(
        [name, 'images', 'cells'],
        shown.map((group) => [group.name, group.images, group.cells]),
      ),
      ...(rest > 0 ? [style.dim(`... and ${countText(rest)} more (--json or --out has all)`)] : []),
    ];
  };
  return [
    `${style.bold(s.name)}: ${plural(s.images, 'image')} (${countText(s.imagesWithoutCells)} without cells), ${plural(s.cells, 'cell')} (${countText(s.masks)} with a mask), ${plural(s.imageLevel, 'type')} of whole images${s.crowds === 0 ? '' : `, ${plural(s.crowds, 'crowd')}`}`,
    '',
    write(
      [
        'class',
        'taken to mean',
        'cells',
        'whole images',
        'share',
        'in images',
        'side, px',
        'range',
      ],
      s.classes.map((own) => [
        own.name,
        own.cellClass ?? 'unknown',
        own.cells,
        own.imageLevel,
        total === 0 ? '–' : `${((100 * (own.cells + own.imageLevel)) / total).toFixed(1)} %`,
        own.images,
        numberText(own.boxSide.median),
        rangeText(own.boxSide),
      ]),
    ),
    '',
    write(
      ['measure', 'median', 'mean', 'range'],
      [
        ['cells an image', s.cellsPerImage] as const,
        ['box width, px', s.boxWidth] as const,
        ['box height, px', s.boxHeight] as const,
      ].map(([name, spread]) => [
        name,
        numberText(spread.median),
        numberText(spread.mean),
        rangeText(spread),
      ]),
    ),
    ...groups('split', s.splits),
    ...groups('interference factor', s.factors),
    ...groups('image size', s.imageSizes),
    ...groups('slide', s.slides),
    ...groups('patient', s.patients),
  ].join('\n');
}

function numberText(value: number | undefined): string {
  return value === undefined ? '–' : (Math.round(value * 10) / 10).toLocaleString('en-GB');
}

function rangeText({ minimum, maximum }: Spread): string {
  return minimum === undefined ? '–' : `${numberText(minimum)} to ${numberText(maximum)}`;
}
