/** @file Runs `dataset merge`. */
import { messageOf, type RgbRaster } from '@leukoscope/core';
import { type DisputedCell, type ImportIssue, mergeAnnotators } from '@leukoscope/datasets';
import type { ExportFormat } from '@leukoscope/datasets';
import {
  colourOfClass,
  type ContactSheetItem,
  drawContactSheet,
  encodePng,
} from '@leukoscope/image';
import { toCsv } from '@leukoscope/metrics';
import type { CommandContext, CommandResult, OptionValues } from '../framework/command.ts';
import { type OutputFolder, withOutputFolder } from '../framework/output.ts';
import { isAbort } from '../framework/report-error.ts';
import { countText, plural } from '../framework/text-table.ts';
import { UsageError } from '../framework/usage-error.ts';
import type { writeOptions } from '../framework/write-options.ts';
import { drawBoxesAround } from './draw-boxes-around.ts';
import { failuresOf, type OpenedDataset, openDataset, tellIssues } from './open-dataset.ts';
import { writtenLines } from './run-import.ts';
import { loadRaster } from './samples.ts';
import type { pixelOptions, sourceOptions } from './source-options.ts';
import { usualFormat, writeDataset } from './write-dataset.ts';

type Options = OptionValues<typeof sourceOptions & typeof pixelOptions & typeof writeOptions> & {
  readonly out: string;
  readonly authors: string | undefined;
  readonly iou: number;
  readonly minimumAuthors: number | undefined;
  readonly to: ExportFormat | undefined;
  readonly copy: 'images' | 'nothing';
};

const perSheet = 40;
const sizePx = 200;
// Told apart without colour by their order in the caption.
const authorColours = [
  colourOfClass('neutrophil'),
  colourOfClass('eosinophil'),
  colourOfClass('lymphocyte'),
  colourOfClass('basophil'),
  colourOfClass('monocyte'),
];

/** Join, list what is disputed, write. */
export async function runMerge(
  { operands, options }: { readonly operands: readonly string[]; readonly options: Options },
  context: CommandContext,
): Promise<CommandResult> {
  const { out, force, iou, minimumAuthors } = options;
  const authors = parseAuthors(options.authors, operands);
  return withOutputFolder(out, { force, interrupt: context.io.interrupt }, async (output) => {
    const sets: OpenedDataset[] = [];
    for (const path of operands) sets.push(await openDataset(path, options, context));
    const merged = mergeAnnotators(
      sets.map(({ dataset }, i) => ({ author: authors[i]!, dataset })),
      { iouThreshold: iou, ...(minimumAuthors === undefined ? {} : { minimumAuthors }) },
    );
    const { dataset, incomplete, unmatched } = merged;
    const disputed = merged.disputed.map((cell) => inOrder(cell, authors));
    const first = sets[0]!;
    const images = options.copy === 'images' ? 'copy' : 'none';
    const to = options.to ?? usualFormat(dataset);
    const written = await writeDataset(first.folder, dataset, to, output, images, context);
    await output.write('disputed.csv', disputedTable(disputed));
    const failed = await drawDisputed(disputed, first, authors, options, output, context);
    const missing = [...written.failed, ...failed];
    tellIssues('Images that could not be read', missing, context);
    const agreed = dataset.images.reduce((sum, { annotations }) => sum + annotations.length, 0);
    const disagree = disputed.filter(({ reason }) => reason === 'types disagree').length;
    return {
      failures: failuresOf(options, missing, ...sets.map((set) => set.failed)),
      json: {
        out,
        authors,
        images: dataset.images.length,
        agreed,
        disputed,
        incomplete,
        unmatched,
      },
      text: (style) =>
        [
          `${plural(authors.length, 'annotator')} (${authors.join(', ')}), ${plural(dataset.images.length, 'image')} in common`,
          `${style.green(plural(agreed, 'cell'))} agreed on, ${style.yellow(plural(disputed.length, 'cell'))} disputed: ${countText(disagree)} by type, ${countText(disputed.length - disagree)} marked by too few`,
          ...(incomplete.length === 0
            ? []
            : [
                `${plural(incomplete.length, 'image')} left out, since not everybody had ${incomplete.length === 1 ? 'it' : 'them'}: ${incomplete.slice(0, 5).join(', ')}${incomplete.length > 5 ? ', ...' : ''}`,
              ]),
          ...(unmatched === 0
            ? []
            : [`${plural(unmatched, 'annotation')} without a box could not be matched`]),
          ...writtenLines(out, { ...written, files: output.files.length }),
          ...(disputed.length === 0
            ? []
            : [`To decide about: ${out}/disputed.csv and ${out}/disputed-001.png`]),
        ].join('\n'),
    };
  });
}

function parseAuthors(text: string | undefined, paths: readonly string[]): string[] {
  if (text === undefined) {
    const names = paths.map((path) =>
      path
        .replace(/[/\\]+$/, '')
        .split(/[/\\]/)
        .at(-1)!
        .replace(/\.\w+$/, ''),
    );
    return new Set(names).size === names.length ? names : [...paths];
  }
  const authors = text.split(',').map((name) => name.trim());
  if (
    authors.length === paths.length &&
    !authors.includes('') &&
    new Set(authors).size === authors.length
  )
    return authors;
  throw new UsageError(
    `--authors must be ${paths.length} different names, one for each data set. Received ${JSON.stringify(text)}.`,
  );
}

/** List opinions in the order of the annotators. */
function inOrder(cell: DisputedCell, authors: readonly string[]): DisputedCell {
  const rank = ({ author }: DisputedCell['opinions'][number]) => authors.indexOf(author);
  return { ...cell, opinions: cell.opinions.toSorted((a, b) => rank(a) - rank(b)) };
}

function disputedTable(disputed: readonly DisputedCell[]): string {
  const rows = disputed.flatMap(({ file, reason, opinions }, i) =>
    opinions.map(({ author, className, box }) => [
      i + 1,
      file,
      reason,
      author,
      className ?? '',
      box.x1,
      box.y1,
      box.x2,
      box.y2,
    ]),
  );
  return toCsv(['cell', 'file', 'reason', 'author', 'type', 'x1', 'y1', 'x2', 'y2'], rows);
}

/** Draw each disputed cell with everybody's box and type. */
async function drawDisputed(
  disputed: readonly DisputedCell[],
  { folder, dataset }: OpenedDataset,
  authors: readonly string[],
  options: Options,
  output: OutputFolder,
  context: CommandContext,
): Promise<ImportIssue[]> {
  const failed: ImportIssue[] = [];
  const byFile = new Map(dataset.images.map((image) => [image.file, image] as const));
  const progress = context.progress('Drawing disputed cells', disputed.length);
  const legend = authors.map((name, i) => ({ name, colour: colourAt(i) }));
  try {
    for (let start = 0; start < disputed.length; start += perSheet) {
      const items: ContactSheetItem[] = [];
      for (const [i, cell] of disputed.slice(start, start + perSheet).entries()) {
        const image = byFile.get(cell.file);
        if (image === undefined) continue;
        try {
          const raster = await loadRaster(folder, image, options.maxMegapixels);
          items.push(cellWithOpinions(raster, cell, start + i + 1, authors));
        } catch (error) {
          if (isAbort(error)) throw error;
          if (!failed.some(({ file }) => file === cell.file))
            failed.push({ file: cell.file, reason: messageOf(error) });
        }
        progress.update(start + i + 1);
      }
      if (items.length === 0) continue;
      const sheet = drawContactSheet(items, {
        columns: Math.min(8, items.length),
        cellSizePx: sizePx,
        title: 'Disputed cells, numbered as in disputed.csv',
        legend,
      });
      const number = String(start / perSheet + 1).padStart(3, '0');
      await output.write(`disputed-${number}.png`, await encodePng(sheet));
    }
  } finally {
    progress.finish();
  }
  return failed;
}

function cellWithOpinions(
  raster: RgbRaster,
  { opinions }: DisputedCell,
  number: number,
  authors: readonly string[],
): ContactSheetItem {
  const boxes = opinions.map(({ author, className = 'no type', box }) => ({
    box,
    colour: colourAt(authors.indexOf(author)),
    label: className,
  }));
  return {
    raster: drawBoxesAround(raster, boxes, sizePx),
    caption: `${number}: ${opinions.map(({ className }) => className ?? '?').join(' / ')}`,
  };
}

function colourAt(author: number) {
  return authorColours[author % authorColours.length]!;
}
