/** @file The compact model on fields under simulated interference: what is lost against the clean ones. */
import { type Annotation, coarsen, createRandom, type RgbRaster } from '@leukoscope/core';
import {
  applyInterference,
  interferenceFactors,
  isInterferenceFactor,
  type Severity,
} from '@leukoscope/datasets';
import type { AnalysedCell } from './evaluate-compact-analyse.ts';
import {
  type AnalysedField,
  fiveTypes,
  type MatchedCell,
  matchCells,
  placeScores,
  share,
  typeAccuracy,
} from './evaluate-compact-measures.ts';

/** What the measuring needs. */
export interface FactorOptions {
  /** Clean fields, analysed. */
  readonly fields: readonly AnalysedField[];
  readonly scoreThreshold: number;
  readonly analyse: (raster: RgbRaster) => Promise<AnalysedCell[]>;
  readonly note: (name: string, value: unknown) => Promise<void>;
}

/** Draws of each factor per field. */
const draws = 1;

/** Measure every factor at its middle severity, and cut cells at all of them. */
export async function measureFactors(options: FactorOptions): Promise<void> {
  const { fields, scoreThreshold, note } = options;
  const matched = matchCells(fields, scoreThreshold);
  const clean = {
    ap50: placeScores(fields)['ap50']!,
    type: typeAccuracy(matched, fiveTypes).share ?? 0,
    extra: extraCells(fields, scoreThreshold) * draws,
  };
  for (const factor of Object.keys(interferenceFactors).filter(isInterferenceFactor)) {
    const changed = await analyseFactor(options, factor, [3]);
    const cells = matchCells(changed, scoreThreshold);
    const type = typeAccuracy(cells, fiveTypes);
    await note(`factor ${factor}`, {
      ap50: placeScores(changed)['ap50'],
      ap50Change: placeScores(changed)['ap50']! - clean.ap50,
      typeAccuracy: type,
      typeChange: (type.share ?? 0) - clean.type,
      found: foundShare(cells),
      extraCells: extraCells(changed, scoreThreshold) - clean.extra,
    });
  }
  const cut = await analyseFactor(options, 'incomplete-cells', [1, 2, 3, 4, 5]);
  // The cells that the new border cuts: boxes that touch it.
  const cutCells = matchCells(cut.map(onlyCut), scoreThreshold);
  await note('cut cells', {
    found: foundShare(cutCells),
    typeAccuracy: typeAccuracy(cutCells, fiveTypes),
  });
}

async function analyseFactor(
  { fields, analyse }: FactorOptions,
  factor: Parameters<typeof applyInterference>[1],
  severities: readonly Severity[],
): Promise<AnalysedField[]> {
  const changed: AnalysedField[] = [];
  for (const field of fields) {
    for (const severity of severities) {
      for (let draw = 0; draw < (severities.length === 1 ? draws : 1); draw++) {
        const { raster, annotations } = applyInterference(
          { raster: field.raster, annotations: field.truth },
          factor,
          severity,
          createRandom(7).fork(field.id).fork(draw),
        );
        changed.push({
          id: `${field.id} ${severity} ${draw}`,
          raster,
          truth: annotations.filter(isNucleated),
          cells: await analyse(raster),
        });
      }
    }
  }
  return changed;
}

function onlyCut(field: AnalysedField): AnalysedField {
  const { width, height } = field.raster;
  const truth = field.truth.filter(
    ({ box }) => box!.x1 <= 0 || box!.y1 <= 0 || box!.x2 >= width || box!.y2 >= height,
  );
  return { ...field, truth };
}

/** Whether an annotation is a boxed leukocyte or erythroblast. */
export function isNucleated({ box, cellClass }: Annotation): boolean {
  return (
    box !== undefined &&
    cellClass !== undefined &&
    coarsen(cellClass, ['leukocyte', 'erythroblast']) !== undefined
  );
}

/** Share of true cells that a detection covers. */
export function foundShare(matched: readonly MatchedCell[]) {
  return share(matched.filter(({ found }) => found !== undefined).length, matched.length);
}

/** Detections that no true cell explains. */
export function extraCells(fields: readonly AnalysedField[], scoreThreshold: number): number {
  const found = fields.reduce(
    (sum, { cells }) => sum + cells.filter(({ score }) => score >= scoreThreshold).length,
    0,
  );
  const explained = matchCells(fields, scoreThreshold).filter((match) => match.found !== undefined);
  return found - explained.length;
}
