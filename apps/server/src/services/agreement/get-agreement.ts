/** @file The agreement of models and people over the signed cases of a period. */
import type { Agreement, AgreementQuery } from '@leukoscope/contract';
import type { Context } from '../../context.ts';
import { driftOf, isCorrected } from './drift.ts';
import { confidence, measureAgreement } from './measure-agreement.ts';
import { comparePeople } from './people.ts';
import { countCells, readSignedCases, type SignedCase } from './signed-cells.ts';

/** An agreement with the cases it is of. */
export interface MeasuredAgreement {
  readonly agreement: Agreement;
  readonly cases: readonly SignedCase[];
}

/** Read and measure. */
export async function getAgreement(
  context: Context,
  query: AgreementQuery,
): Promise<MeasuredAgreement> {
  const handle = context.db.sql;
  const { cases, hasMore } = await readSignedCases(handle, query);
  const agreement = {
    from: query.from ?? null,
    to: query.to ?? null,
    modelSha256: query.modelSha256 ?? null,
    confidence,
    hasMore,
    cases: cases.map(({ id, number, signedAt, groups }) => ({
      id,
      number,
      signedAt: signedAt.toISOString(),
      cells: countCells(groups, () => true),
      corrected: countCells(groups, isCorrected),
    })),
    models: modelsOf(cases),
    ...(await measureAgreement(cases)),
    people: await comparePeople(handle, cases),
    ...driftOf(cases),
  };
  return { agreement, cases };
}

function modelsOf(cases: readonly SignedCase[]): Agreement['models'] {
  const models = new Map<string, Agreement['models'][number]>();
  for (const { groups } of cases) {
    const inCase = new Set<string>();
    for (const { modelId, modelSha256, count: cells } of groups) {
      if (modelId === null || modelSha256 === null) continue;
      const key = `${modelId} ${modelSha256}`;
      const before = models.get(key) ?? { modelId, modelSha256, cases: 0, cells: 0 };
      const isNew = !inCase.has(key);
      inCase.add(key);
      models.set(key, {
        ...before,
        cases: before.cases + (isNew ? 1 : 0),
        cells: before.cells + cells,
      });
    }
  }
  return [...models.values()].sort((a, b) => b.cells - a.cells);
}
