/**
 * @file Writes the figures of the compact model's card from what evaluate-compact.ts measured:
 * `node --conditions=@leukoscope/source scripts/write-compact-figures.ts`
 *
 * Reads experiments/compact/results.json, results-float.json and results-int8.json, replaces what stands between the
 * two marks in weights/leukoscope-compact.md. Figures are never typed by hand.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { type CompactResults, parseCompactResults, type Share } from './compact-results.ts';

const card = 'weights/leukoscope-compact.md';
const [begin, end] = ['<!-- figures -->', '<!-- end of figures -->'];

const read = async (name: string) =>
  parseCompactResults(await readFile(`experiments/compact/${name}.json`, 'utf8'));
const shipped = await read('results');
const variants = [shipped, await read('results-float'), await read('results-int8')];
const [before, rest] = (await readFile(card, 'utf8')).split(begin);
const after = rest?.split(end)[1];
if (before === undefined || after === undefined) {
  console.error(`${card} must hold ${begin} and ${end}. Put them back, then run this again.`);
  process.exit(2);
}
const figures = [
  places(shipped),
  measures(shipped),
  types(shipped),
  factors(shipped),
  sideBySide(variants),
];
await writeFile(card, `${before}${begin}\n\n${figures.join('\n\n')}\n\n${end}${after}`);
console.log(`${card}: figures written`);

function places(r: CompactResults): string {
  const sets = ['bcisc', 'txl-pbc', 'bccd', 'oi-pbc'] as const;
  const rows = sets.map((name) => {
    const { places, found: share } = r[name];
    const { cells, ap50, ap75, ap } = places;
    const found = share === undefined ? '-' : withLimits(share);
    return [name, String(cells), found, three(ap50), three(ap75), three(ap)];
  });
  const kinds = (['txl-pbc', 'bccd'] as const).map((name) => [
    name,
    three(r[name].plain.erythrocyte),
    three(r[name].plain.platelet),
  ]);
  return [
    table(
      [
        'leukocytes, any type',
        'cells',
        'found at the shipped threshold',
        'AP50',
        'AP75',
        'AP50-95',
      ],
      rows,
    ),
    table(['AP50 of the locator alone', 'red cells', 'platelets'], kinds),
  ].join('\n\n');
}

function measures(r: CompactResults): string {
  const { bcisc, dataset1, dataset2, certainty } = r;
  const pbc = r['oi-pbc'];
  const dice = ({ mean, median }: { mean: number; median: number }) =>
    `mean ${three(mean)}, median ${three(median)}`;
  const cut = r.interference.cutCells;
  return table(
    ['measure', 'wanted', 'found'],
    [
      [
        'BCISC, five types: mAP50 / mAP50-95',
        '.95 / .85',
        `${three(bcisc.fiveTypes.map50)} / ${three(bcisc.fiveTypes.map)}`,
      ],
      ['BCISC, type of matched cells', '.97', withLimits(bcisc.typeAccuracy)],
      ['PBC, centred cell, ten types', '.93', withLimits(pbc.fine)],
      ['PBC, centred cell, five types', '.985', withLimits(pbc.five)],
      ['Dice, BCISC (cells not found count 0)', '.975', dice(bcisc.dice)],
      ['Dice, dataset1, never seen', '.95', dice(dataset1.dice)],
      ['Dice, dataset2, never seen', '.95', dice(dataset2.dice)],
      ['five types, dataset1, never seen', '-', withLimits(dataset1.typeAccuracy)],
      ['five types, dataset2, never seen', '-', withLimits(dataset2.typeAccuracy)],
      [
        'calibration error, ten types / five',
        '.05',
        `${three(certainty.pbcFine.expectedCalibrationError)} / ${three(certainty.five.expectedCalibrationError)}`,
      ],
      [
        'wrong ten-type answers flagged not sure',
        '.50',
        withLimits(certainty.pbcFine.wrongFlagged),
      ],
      [
        'right ten-type answers flagged not sure',
        'at most .10',
        withLimits(certainty.pbcFine.rightFlagged),
      ],
      ['wrong five-type answers flagged not sure', '.50', withLimits(certainty.five.wrongFlagged)],
      [
        'right five-type answers flagged not sure',
        'at most .10',
        withLimits(certainty.five.rightFlagged),
      ],
      ['cut cells, 25-50 % visible: found', '-', withLimits(cut.found)],
      ['cut cells, 25-50 % visible: typed right', '.95', withLimits(cut.typeAccuracy)],
    ],
  );
}

function types(r: CompactResults): string {
  const rows = [
    ...Object.entries(r['oi-pbc'].byType).map(([type, right]) => [
      `PBC ${type}`,
      withLimits(right),
    ]),
    ...Object.entries(r.bcisc.byType).map(([type, right]) => [`BCISC ${type}`, withLimits(right)]),
  ];
  const mistakes = Object.entries(r['oi-pbc'].confusion)
    .flatMap(([truth, row]) =>
      Object.entries(row).flatMap(([found, count]) =>
        found === truth ? [] : [{ text: `${truth} taken for ${found} ${count}`, count }],
      ),
    )
    .sort((a, b) => b.count - a.count)
    .slice(0, 6)
    .map(({ text }) => text);
  return [
    '### By type',
    table(['type', 'right'], rows),
    `Most frequent mistakes among the ten types: ${mistakes.join('; ')}.`,
  ].join('\n\n');
}

function factors(r: CompactResults): string {
  const { cutCells: _, ...byFactor } = r.interference;
  const rows = Object.entries(byFactor).map(([name, factor]) => [
    name,
    three(factor.ap50),
    signed(factor.ap50Change),
    withLimits(factor.typeAccuracy),
    signed(factor.typeChange),
    withLimits(factor.found),
    signedCount(factor.extraCells),
  ]);
  return [
    '### Interference at severity 3, BCISC',
    'Found: at the shipped score threshold. Types are judged on found cells only, so a factor that hides cells flatters\nits type column. Extra: more false cells than on the clean fields.',
    table(['factor', 'AP50', 'change', 'five types', 'change', 'found', 'extra'], rows),
  ].join('\n\n');
}

function sideBySide(results: readonly CompactResults[]): string {
  const row = (name: string, value: (r: CompactResults) => string) => [name, ...results.map(value)];
  const ap = (set: 'bcisc' | 'txl-pbc' | 'bccd' | 'oi-pbc') => (r: CompactResults) =>
    `${three(r[set].places.ap50)} / ${three(r[set].places.ap75)}`;
  return [
    '### The three variants',
    'Same half, same thresholds.',
    table(
      ['measure', '`compact`', '`compact-float`', '`compact-int8`'],
      [
        ...(['bcisc', 'txl-pbc', 'bccd', 'oi-pbc'] as const).map((set) =>
          row(`${set} AP50 / AP75`, ap(set)),
        ),
        row('BCISC, five types: mAP50-95', (r) => three(r.bcisc.fiveTypes.map)),
        row('BCISC Dice, mean', (r) => three(r.bcisc.dice.mean)),
        row('PBC ten types', (r) => withLimits(r['oi-pbc'].fine)),
        row('PBC five types', (r) => withLimits(r['oi-pbc'].five)),
      ],
    ),
  ].join('\n\n');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}

function withLimits({ share, low, high, of }: Share): string {
  return share === null ? 'none' : `${three(share)} (${three(low)}-${three(high)}, n = ${of})`;
}

function three(value: number | undefined): string {
  return value === undefined ? '-' : value.toFixed(3);
}

function signed(value: number): string {
  return `${value < 0 ? '' : '+'}${value.toFixed(3)}`;
}

function signedCount(count: number): string {
  return `${count < 0 ? '' : '+'}${count}`;
}
