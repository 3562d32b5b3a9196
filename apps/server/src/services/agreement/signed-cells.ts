/** @file Reads what signed cases say: cells by the model's answer and by what people made of it, counted by the database. */
import { type AgreementQuery, type Bin, binsWithoutReview } from '@leukoscope/contract';
import { and, count, desc, eq, gte, inArray, lt, not, sql } from 'drizzle-orm';
import { setImmediate as everybodyElse } from 'node:timers/promises';
import type { Sql } from '../../db/database.ts';
import { cases, cells, fields, versions } from '../../db/schema.ts';

/** More cases than these say no more, and take seconds to count. */
const mostCases = 2000;
/** Cases of one question to the database; everybody else has a turn in between. */
const sliceCases = 25;
const dayMs = 86_400_000;

/** Cells of one case that are alike. */
export interface CountedCells {
  /** What people signed; null: the finding is no cell. */
  readonly people: Bin | null;
  /** Where the model's answer put them; null: people added them. */
  readonly model: Bin | null;
  readonly isUnsure: boolean;
  readonly modelId: string | null;
  readonly modelSha256: string | null;
  readonly count: number;
}

/** A signed case. */
export interface SignedCase {
  readonly id: string;
  readonly number: string;
  readonly signedAt: Date;
  /** Ids and names of who signed. */
  readonly signers: readonly { readonly id: string; readonly name: string }[];
  readonly groups: readonly CountedCells[];
}

/** Count the cells of the groups that are taken. */
export function countCells(
  groups: readonly CountedCells[],
  takes: (group: CountedCells) => boolean,
): number {
  return groups.reduce((total, group) => total + (takes(group) ? group.count : 0), 0);
}

/** Read the newest signed cases of a period. */
export async function readSignedCases(
  handle: Sql,
  { from, to, modelSha256 }: AgreementQuery,
): Promise<{ readonly cases: readonly SignedCase[]; readonly hasMore: boolean }> {
  const start = from === undefined ? undefined : gte(versions.signedAt, new Date(from));
  const end =
    to === undefined ? undefined : lt(versions.signedAt, new Date(Date.parse(to) + dayMs));
  const rows = await handle
    .select({
      id: cases.id,
      number: cases.number,
      signedAt: versions.signedAt,
      signatures: versions.signatures,
    })
    .from(cases)
    .innerJoin(versions, and(eq(versions.caseId, cases.id), eq(versions.version, cases.version)))
    .where(and(eq(cases.state, 'signed'), start, end))
    .orderBy(desc(versions.signedAt), desc(cases.id))
    .limit(mostCases + 1);
  const read: SignedCase[] = [];
  for (let i = 0; i < Math.min(rows.length, mostCases); i += sliceCases) {
    const slice = rows.slice(i, Math.min(i + sliceCases, mostCases));
    const groups = await readGroups(
      handle,
      slice.map(({ id }) => id),
      modelSha256,
    );
    for (const { signatures, ...row } of slice) {
      const own = groups.filter(({ caseId }) => caseId === row.id);
      if (own.length === 0) continue;
      const signers = signatures.flatMap(({ by }) =>
        by.id === null ? [] : [{ id: by.id, name: by.name }],
      );
      read.push({ ...row, signers, groups: own });
    }
    await everybodyElse();
  }
  return { cases: read, hasMore: rows.length > mostCases };
}

async function readGroups(handle: Sql, caseIds: readonly string[], modelSha256?: string) {
  const modelBin = sql<Bin | null>`${cells.model} ->> 'bin'`;
  const modelId = sql<string | null>`${cells.model} ->> 'modelId'`;
  const sha256 = sql<string | null>`${fields.analysis} ->> 'modelSha256'`;
  const { caseId, bin, isDeleted, isUnsure } = cells;
  const unlooked = [...binsWithoutReview];
  const rows = await handle
    .select({
      caseId,
      bin,
      isDeleted,
      isUnsure,
      model: modelBin,
      modelId,
      modelSha256: sha256,
      count: count(),
    })
    .from(cells)
    .innerJoin(fields, eq(fields.id, cells.fieldId))
    .where(
      and(
        inArray(caseId, [...caseIds]),
        eq(fields.isRemoved, false),
        modelSha256 === undefined ? undefined : sql`${sha256} = ${modelSha256}`,
        // Nobody looks at ordinary red cells and platelets: that they stayed is nobody's word.
        not(and(inArray(bin, unlooked), inArray(modelBin, unlooked))!),
        // What people added and took back was nobody's answer.
        not(and(eq(isDeleted, true), sql`${cells.model} is null`)!),
      ),
    )
    .groupBy(caseId, bin, isDeleted, isUnsure, modelBin, modelId, sha256)
    .orderBy(caseId, bin, isDeleted, isUnsure, modelBin, modelId, sha256);
  return rows.map(({ bin: people, isDeleted: isGone, ...row }) => ({
    ...row,
    people: isGone ? null : people,
  }));
}
