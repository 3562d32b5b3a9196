/**
 * @file The protocol: everything that is chosen is chosen here, on laboratories that may train, never on those that are reported.
 * `node --conditions=@leukoscope/source experiments/other-laboratories/protocol.ts DATA CACHE [PROTOCOL.json [WEIGHTS]]`
 *
 * With the folder of weights the priors that were chosen and the table of familiar cells are written into the descriptions.
 *
 * The shipped weights saw bcisc, PBC, bccd and marrow, so only aml-lmu is a laboratory that they never saw and that may
 * choose. The last layer can be fitted anew without any one of them, which is what is left of leaving one out.
 */
import { type CellClass, type Expectation, lineageOf, reportClass } from '@leukoscope/core';
import { allowedByLabel, type SpecimenPrior, tempered } from '@leukoscope/models';
import { describeModel } from '@leukoscope/pipeline/node';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import {
  type CollectedCell,
  collectCells,
  type FoundCell,
  readCollected,
} from './collected-cells.ts';
import { areaUnderCurve, distanceBy, drawCases, familiarTable } from './familiar-table.ts';
import { judgeCells, type Typing, typeOf } from './judge-cells.ts';
import { laboratories } from './laboratories.ts';
import { fitLastLayer, type LastLayer, lastLayerOf, probabilitiesBy } from './last-layer.ts';

const [data, cache, out, weights] = process.argv.slice(2);
if (data === undefined || cache === undefined) {
  console.error('usage: protocol.ts DATA CACHE [PROTOCOL.json [WEIGHTS]]');
  process.exit(2);
}
const choosing = laboratories.filter(({ chooses }) => chooses);
await collectCells(
  data,
  cache,
  'compact',
  choosing.map(({ name }) => name),
);
const { classes, calibration } = (await describeModel('compact')).description;
const { temperature, unsureBelow = 0, scoreThreshold } = calibration;
const cellsOf = new Map<string, CollectedCell[]>();
for (const { name } of choosing) cellsOf.set(name, await readCollected(cache, name));
/** Pictures that trained nothing, and the laboratory that nothing was trained on. */
const measured = ['bcisc', 'pbc', 'pbc-more', 'bccd', 'marrow', 'aml-lmu'];
const trained: Readonly<Record<string, readonly string[]>> = {
  bcisc: ['bcisc-train'],
  pbc: ['pbc-train'],
  bccd: ['bccd-train'],
  marrow: ['marrow-train'],
};
/** Kinds that ordinary blood hardly holds. */
const rareKinds = ['metamyelocyte', 'myelocyte', 'promyelocyte', 'blast', 'erythroblast'] as const;
const plain: Typing = { classes, unsureBelow, prior: undefined, depth: 'five' };

const lastLayer = await fitLastLayers();
const ordinary = tryPriors();
const leukaemia = tryBlastFactors();
const familiarity = fitFamiliarity();
const results = { lastLayer, ordinary, leukaemia, familiarity };
if (out !== undefined) await writeFile(out, `${JSON.stringify(results, null, 1)}\n`);
if (weights !== undefined) await writeDescriptions(weights);

/** The last layer fitted to the training cells of all laboratories, and of all but one, measured on each. */
async function fitLastLayers() {
  const shipped = lastLayerOf(await (await describeModel('compact-float')).files.refiner!());
  const families = { ...trained, 'aml-lmu': ['aml-lmu'] };
  const rows: Record<string, unknown>[] = [];
  const tell = (title: string, names: readonly string[], layer: LastLayer) => {
    const by = ({ features }: FoundCell) =>
      Array.from(tempered(probabilitiesBy(layer, features), temperature));
    for (const name of names) {
      const { typed, right } = judge(name, { ...plain, probabilitiesOf: by });
      rows.push({ layer: title, laboratory: name, cells: typed, right: share(right, typed) });
      console.log(`${title} on ${name}: ${share(right, typed)} of ${typed}`);
    }
  };
  tell('shipped', measured, shipped);
  for (const towards of [0.001, 0.01]) {
    const fitWithout = (left: string) =>
      fitLastLayer(
        shipped,
        Object.entries(families).flatMap(([family, parts]) =>
          family === left ? [] : memoryOf(parts),
        ),
        { towards, steps: 60, learningRate: 0.02 },
      );
    tell(`all, λ ${towards}`, measured, fitWithout(''));
    for (const left of Object.keys(families))
      tell(`without ${left}, λ ${towards}`, [left], fitWithout(left));
  }
  return rows;
}

function memoryOf(parts: readonly string[]) {
  const own = parts.flatMap((part) => cellsOf.get(part)!);
  const counts = new Map<CellClass, number>();
  for (const { label } of own) if (label !== null) counts.set(label, (counts.get(label) ?? 0) + 1);
  return own.flatMap(({ label, found }) =>
    label === null || found === null
      ? []
      : [
          {
            features: Float64Array.from(found.features),
            allowed: allowedByLabel(label, classes),
            weight: 1 / Math.sqrt(counts.get(label)!),
          },
        ],
  );
}

/**
 * What was chosen of the tables below. Ordinary blood: the largest factor that gives aml-lmu's ordinary cells the most right
 * types, and the largest `unexpectedFrom` at which no abnormal cell that was visible without the prior is hidden by it.
 * Leukaemia: the largest factor at which no laboratory has fewer right types. Marrow holds every kind.
 */
function chosenPriors(): Record<Expectation, SpecimenPrior> {
  const factors = Object.fromEntries(rareKinds.map((kind) => [kind, 0.03]));
  return {
    'ordinary-blood': { factors, unexpectedFrom: 0.2 },
    leukaemia: { factors: { blast: 30 }, unexpectedFrom: 1 },
    marrow: { factors: {}, unexpectedFrom: 1 },
  };
}

async function writeDescriptions(folder: string): Promise<void> {
  for (const name of ['', '-float', '-int8']) {
    const file = path.join(folder, `leukoscope-compact${name}.json`);
    const { tile, ...before } = JSON.parse(await readFile(file, 'utf8'));
    const after = { ...before, priors: chosenPriors(), familiar: familiarity.table, tile };
    await writeFile(file, `${JSON.stringify(after, null, 2)}\n`);
  }
}

/** One factor for all kinds that ordinary blood hardly holds, and from where they are unidentified. */
function tryPriors() {
  const rows: Record<string, unknown>[] = [];
  for (const factor of [1, 0.3, 0.1, 0.03, 0.01, 0.001]) {
    for (const unexpectedFrom of [0.1, 0.2, 0.3, 0.5, 1]) {
      if (factor === 1 && unexpectedFrom !== 0.1) continue;
      const factors = Object.fromEntries(rareKinds.map((kind) => [kind, factor]));
      const prior = factor === 1 ? undefined : { factors, unexpectedFrom };
      for (const name of measured) rows.push({ factor, unexpectedFrom, ...split(name, prior) });
    }
  }
  return rows;
}

/** Blasts made likelier. */
function tryBlastFactors() {
  return [1, 3, 10, 30, 100, 300].flatMap((blast) =>
    measured.map((name) => ({
      blast,
      ...split(name, { factors: { blast }, unexpectedFrom: 1 }),
    })),
  );
}

/** Cells of types that ordinary blood holds, and of others, which must stay visible: by name or unidentified. */
function split(name: string, prior: SpecimenPrior | undefined) {
  const typed = cellsOf
    .get(name)!
    .flatMap(({ label, found }) =>
      label === null || found === null
        ? []
        : [{ label, finding: typeOf(found, { ...plain, prior }) }],
    );
  const isAbnormal = (cellClass: CellClass) =>
    lineageOf(cellClass).some((one) =>
      ['immature-granulocyte', 'blast', 'erythroblast'].includes(one),
    );
  const usual = typed.filter(({ label }) => !isAbnormal(label) && label !== 'smudge-cell');
  const abnormal = typed.filter(({ label }) => isAbnormal(label));
  const blasts = typed.filter(({ label }) => label === 'blast');
  const isRight = ({ label, finding }: (typeof typed)[number]) =>
    reportClass(label, 'five') === reportClass(finding.cellClass, 'five');
  const isVisible = ({ finding }: (typeof typed)[number]) =>
    finding.isUnsure || isAbnormal(finding.cellClass);
  const right = usual.filter(isRight);
  const wrong = usual.filter((cell) => !isRight(cell));
  const flagged = (cells: typeof typed) =>
    share(cells.filter(({ finding }) => finding.isUnsure).length, cells.length);
  const count = (cells: typeof typed, holds: (cell: (typeof typed)[number]) => boolean) =>
    share(cells.filter(holds).length, cells.length);
  return {
    laboratory: name,
    usual: usual.length,
    right: share(right.length, usual.length),
    wrongFlagged: flagged(wrong),
    rightFlagged: flagged(right),
    falseBlasts: usual.filter(({ finding }) => finding.cellClass === 'blast' && !finding.isUnsure)
      .length,
    abnormal: abnormal.length,
    visible: count(abnormal, isVisible),
    blasts: blasts.length,
    blastsNamed: count(blasts, ({ finding }) => finding.cellClass === 'blast'),
    blastsNamedOrUnidentified: count(
      blasts,
      ({ finding }) => finding.cellClass === 'blast' || finding.isUnsure,
    ),
  };
}

/** The table of familiar cells, and where known cases end: one of 20 known ones is above the limit. */
function fitFamiliarity() {
  const model = { classes, temperature };
  const foundIn = (name: string) =>
    cellsOf
      .get(name)!
      .flatMap(({ found }) => (found !== null && found.score >= scoreThreshold ? [found] : []));
  const table = familiarTable(
    Object.values(trained).map((parts) => parts.flatMap(foundIn)),
    model,
  );
  const distances = measured.map((name) => ({
    name,
    values: drawCases(foundIn(name), distanceBy({ ...table, limit: 1 }, model), 'uneven'),
  }));
  const known = distances.filter(({ name }) => name !== 'aml-lmu').flatMap(({ values }) => values);
  const limit = Number(quantile(known, 0.95).toFixed(3));
  const unknown = distances.find(({ name }) => name === 'aml-lmu')!.values;
  const rows = distances.map(({ name, values }) => ({
    laboratory: name,
    median: Number(quantile(values, 0.5).toFixed(3)),
    above: share(values.filter((value) => value > limit).length, values.length),
  }));
  const area = Number(areaUnderCurve(known, unknown).toFixed(4));
  console.log(`limit ${limit}, area ${area}`, JSON.stringify(rows));
  return { table: { ...table, limit }, area, rows };
}

function quantile(values: readonly number[], at: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(at * sorted.length))]!;
}

function judge(name: string, typing: Typing) {
  return judgeCells(cellsOf.get(name)!, typing, scoreThreshold);
}

function share(count: number, of: number): number | null {
  return of === 0 ? null : Number((count / of).toFixed(4));
}
