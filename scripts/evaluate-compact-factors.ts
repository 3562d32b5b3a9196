/** @file The compact model on fields under simulated interference: what is lost against the clean ones. */
import { type Annotation, coarsen, createRandom, type RgbRaster } from '@leukoscope/core';
import {
  applyInterference,
  type InterferenceFactor,
  interferenceFactors,
  isInterferenceFactor,
  type Severity,
} from '@leukoscope/datasets';
import type { AnalysedCells } from './evaluate-compact-analyse.ts';
import {
  type AnalysedField,
  fiveTypes,
  type MatchedCell,
  matchCells,
  placeScores,
  share,
  typeAccuracy,
} from './evaluate-compact-measures.ts';

/** Fields under each factor at its middle severity, and cut at all severities. */
export interface InterferedFields {
  readonly byFactor: ReadonlyMap<InterferenceFactor, readonly AnalysedField[]>;
  readonly cut: readonly AnalysedField[];
}

/** Put fields under every factor and analyse them. */
export async function analyseInterfered(
  fields: readonly AnalysedField[],
  analyse: (raster: RgbRaster) => Promise<AnalysedCells>,
): Promise<InterferedFields> {
  const byFactor = new Map<InterferenceFactor, readonly AnalysedField[]>();
  for (const factor of Object.keys(interferenceFactors).filter(isInterferenceFactor)) {
    byFactor.set(factor, await analyseFactor(fields, factor, [3], analyse));
  }
  const cut = await analyseFactor(fields, 'incomplete-cells', [1, 2, 3, 4, 5], analyse);
  return { byFactor, cut };
}

/** What each factor costs against the clean fields. */
export function factorScores(
  clean: readonly AnalysedField[],
  { byFactor, cut }: InterferedFields,
  scoreThreshold: number,
): Record<string, unknown> {
  const before = {
    ap50: placeScores(clean)['ap50']!,
    type: typeAccuracy(matchCells(clean, scoreThreshold), fiveTypes).share ?? 0,
    extra: extraCells(clean, scoreThreshold),
  };
  const scores: Record<string, unknown> = {};
  for (const [factor, changed] of byFactor) {
    const cells = matchCells(changed, scoreThreshold);
    const type = typeAccuracy(cells, fiveTypes);
    const { ap50 } = placeScores(changed);
    scores[factor] = {
      ap50,
      ap50Change: ap50! - before.ap50,
      typeAccuracy: type,
      typeChange: (type.share ?? 0) - before.type,
      found: foundShare(cells),
      extraCells: extraCells(changed, scoreThreshold) - before.extra,
    };
  }
  // The cells that the new border cuts: boxes that touch it.
  const cutCells = matchCells(cut.map(onlyCut), scoreThreshold);
  const typed = typeAccuracy(cutCells, fiveTypes);
  return { ...scores, cutCells: { found: foundShare(cutCells), typeAccuracy: typed } };
}

async function analyseFactor(
  fields: readonly AnalysedField[],
  factor: InterferenceFactor,
  severities: readonly Severity[],
  analyse: (raster: RgbRaster) => Promise<AnalysedCells>,
): Promise<AnalysedField[]> {
  const changed: AnalysedField[] = [];
  for (const field of fields) {
    for (const severity of severities) {
      const { raster, annotations } = applyInterference(
        { raster: field.raster, annotations: field.truth },
        factor,
        severity,
        createRandom(7).fork(field.id).fork(0),
      );
      const truth = annotations.filter(isNucleated);
      changed.push({ id: `${field.id} ${severity}`, raster, truth, ...(await analyse(raster)) });
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
