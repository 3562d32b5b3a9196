/** @file Runs `dataset duplicates`. */
import { LeukoscopeError, messageOf } from '@leukoscope/core';
import {
  type DuplicatePair,
  findDuplicates,
  findLeaks,
  fingerprintImages,
  groupDuplicates,
  type ImportIssue,
  type PrintedImage,
} from '@leukoscope/datasets';
import { decodeImage, decodeRgb, drawContactSheet, encodePng } from '@leukoscope/image';
import { toCsv } from '@leukoscope/metrics';
import type { CommandContext, CommandResult, OptionValues } from '../framework/command.ts';
import { type OutputFolder, withOutputFolder } from '../framework/output.ts';
import { isAbort } from '../framework/report-error.ts';
import { countText, plural, textTable } from '../framework/text-table.ts';
import { UsageError } from '../framework/usage-error.ts';
import type { writeOptions } from '../framework/write-options.ts';
import { failuresOf, type OpenedDataset, openDataset, tellIssues } from './open-dataset.ts';
import type { pixelOptions, sourceOptions } from './source-options.ts';

type Options = OptionValues<typeof sourceOptions & typeof pixelOptions & typeof writeOptions> & {
  readonly out: string | undefined;
  readonly turned: boolean;
  readonly leaksOnly: boolean;
  readonly failOnLeak: boolean;
  readonly maxDistance: number;
  readonly minCorrelation: number;
};

const pairsPerSheet = 12;
const shownPairs = 20;

/** Fingerprint, compare, list. */
export async function runDuplicates(
  { operands, options }: { readonly operands: readonly string[]; readonly options: Options },
  context: CommandContext,
): Promise<CommandResult> {
  const { out, force } = options;
  if (new Set(operands).size < operands.length) {
    throw new UsageError('Each data set must be named once. Received one twice.');
  }
  if (out === undefined) return find(operands, options, context, undefined);
  return withOutputFolder(out, { force, interrupt: context.io.interrupt }, (output) =>
    find(operands, options, context, output),
  );
}

async function find(
  paths: readonly string[],
  options: Options,
  context: CommandContext,
  output: OutputFolder | undefined,
): Promise<CommandResult> {
  const sets = new Map<string, OpenedDataset>();
  const prints: PrintedImage[] = [];
  const failed: ImportIssue[] = [];
  for (const path of paths) {
    const opened = await openDataset(path, options, context);
    // Two folders may have one name; leaks between them must not go unseen.
    const name = sets.has(opened.dataset.name) ? path : opened.dataset.name;
    sets.set(name, opened);
    const dataset = { ...opened.dataset, name };
    const progress = context.progress(`Fingerprints of ${name}`, dataset.images.length);
    try {
      const maxPixels = options.maxMegapixels * 1e6;
      const printed = await fingerprintImages(opened.folder, dataset, {
        decodeImage: (bytes) => decodeImage(bytes, { maxPixels }),
        onProgress: (done) => {
          progress.update(done);
          context.signal.throwIfAborted();
        },
      });
      prints.push(...printed.images);
      failed.push(...printed.failed.map((issue) => ({ ...issue, file: `${name}/${issue.file}` })));
    } finally {
      progress.finish();
    }
  }
  tellIssues('Images that could not be compared', failed, context);
  const all = findDuplicates(prints, {
    maximumDistance: options.maxDistance,
    minimumCorrelation: options.minCorrelation,
    withTurns: options.turned,
  });
  const leaks = findLeaks(all);
  const pairs = options.leaksOnly ? leaks : all;
  if (output !== undefined) {
    await output.write('duplicates.csv', pairTable(pairs, new Set(leaks)));
    await drawPairs(pairs, sets, output, context);
  }
  const imports = [...sets.values()].map((opened) => opened.failed);
  return {
    failures: failuresOf(options, failed, ...imports) + (options.failOnLeak ? leaks.length : 0),
    json: {
      images: prints.length,
      pairs: pairs.map((pair) => ({
        a: placeOf(pair.a),
        b: placeOf(pair.b),
        distance: pair.distance,
        correlation: pair.correlation,
        isLeak: leaks.includes(pair),
      })),
      leaks: leaks.length,
      between: countsBetween(all),
      failed,
    },
    text: (style, columns) => {
      const groups = groupDuplicates(all).length;
      const shown = context.isVerbose ? pairs : pairs.slice(0, shownPairs);
      const rest = pairs.length - shown.length;
      return [
        `${plural(prints.length, 'image')} compared: ${plural(all.length, 'pair')} in ${plural(groups, 'group')}, ${leaks.length === 0 ? style.green('no leaks') : style.red(plural(leaks.length, 'leak'))}`,
        ...(all.length === 0
          ? []
          : [
              '',
              textTable(
                ['between', 'and', 'pairs', 'images of the first', 'of the second'],
                countsBetween(all).map((row) => [
                  row.a,
                  row.b,
                  row.pairs,
                  row.imagesA,
                  row.imagesB,
                ]),
                style,
                columns,
              ),
              '',
              textTable(
                ['image', 'shows the same as', 'correlation', 'bits'],
                shown.map(({ a, b, distance, correlation }) => [
                  `${partName(a)}: ${a.file}`,
                  `${partName(b)}: ${b.file}`,
                  correlation.toFixed(4),
                  distance,
                ]),
                style,
                columns,
              ),
            ]),
        ...(rest > 0 ? [style.dim(`... and ${countText(rest)} more (--verbose lists all)`)] : []),
        ...(output === undefined ? [] : ['', `List and pictures written to ${options.out}`]),
      ].join('\n');
    },
  };
}

function placeOf({ dataset, file, split }: PrintedImage) {
  return { dataset, file, split: split ?? null };
}

function partName({ dataset, split }: PrintedImage): string {
  return split === undefined ? dataset : `${dataset} ${split}`;
}

interface BetweenCount {
  readonly a: string;
  readonly b: string;
  pairs: number;
  imagesA: number;
  imagesB: number;
}

/** Count pairs by where both lie, and how many different images they are. */
function countsBetween(pairs: readonly DuplicatePair[]): BetweenCount[] {
  const counts = new Map<
    string,
    BetweenCount & { readonly filesA: Set<string>; readonly filesB: Set<string> }
  >();
  for (const pair of pairs) {
    const isTurned = partName(pair.a) > partName(pair.b);
    const [a, b] = isTurned ? [pair.b, pair.a] : [pair.a, pair.b];
    const key = JSON.stringify([partName(a), partName(b)]);
    const count = counts.get(key) ?? {
      a: partName(a),
      b: partName(b),
      pairs: 0,
      imagesA: 0,
      imagesB: 0,
      filesA: new Set<string>(),
      filesB: new Set<string>(),
    };
    counts.set(key, count);
    count.pairs++;
    count.filesA.add(a.file);
    count.filesB.add(b.file);
  }
  return [...counts.values()]
    .map(({ a, b, pairs: number, filesA, filesB }) => ({
      a,
      b,
      pairs: number,
      imagesA: filesA.size,
      imagesB: filesB.size,
    }))
    .sort((p, q) => q.pairs - p.pairs);
}

function pairTable(pairs: readonly DuplicatePair[], leaks: ReadonlySet<DuplicatePair>): string {
  return toCsv(
    [
      'data set a',
      'split a',
      'file a',
      'data set b',
      'split b',
      'file b',
      'bits',
      'correlation',
      'leak',
    ],
    pairs.map((pair) => [
      pair.a.dataset,
      pair.a.split ?? '',
      pair.a.file,
      pair.b.dataset,
      pair.b.split ?? '',
      pair.b.file,
      pair.distance,
      pair.correlation,
      leaks.has(pair) ? 'yes' : 'no',
    ]),
  );
}

async function drawPairs(
  pairs: readonly DuplicatePair[],
  sets: ReadonlyMap<string, OpenedDataset>,
  output: OutputFolder,
  context: CommandContext,
): Promise<void> {
  const progress = context.progress('Drawing pairs', pairs.length);
  try {
    for (let start = 0; start < pairs.length; start += pairsPerSheet) {
      const items = [];
      for (const pair of pairs.slice(start, start + pairsPerSheet)) {
        for (const image of [pair.a, pair.b]) items.push(await drawImage(image));
      }
      const sheet = drawContactSheet(items, {
        columns: 6,
        cellSizePx: 200,
        cellHeightPx: Math.max(
          ...items.map(({ raster: { width, height } }) =>
            Math.ceil(Math.min(200, (200 * height) / width)),
          ),
        ),
        title: 'Pairs that show the same, side by side',
      });
      const number = String(start / pairsPerSheet + 1).padStart(3, '0');
      await output.write(`pairs-${number}.png`, await encodePng(sheet));
      progress.update(Math.min(pairs.length, start + pairsPerSheet));
    }
  } finally {
    progress.finish();
  }

  async function drawImage(image: PrintedImage) {
    try {
      const raster = await decodeRgb(await sets.get(image.dataset)!.folder.read(image.file));
      return { raster, caption: `${partName(image)}: ${image.file.split('/').at(-1)}` };
    } catch (error) {
      if (isAbort(error)) throw error;
      // It could be read for its fingerprint a moment ago.
      throw new LeukoscopeError(
        'FILE_MISSING',
        `${image.file} must stay as it is while it is compared. ${messageOf(error)}`,
        { cause: error },
      );
    }
  }
}
