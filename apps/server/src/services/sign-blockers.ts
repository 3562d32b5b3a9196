/** @file What stands in the way of signing a case, for the one who asks. */
import type { Actor, Blocker } from '@leukoscope/contract';
import { and, asc, eq, isNull } from 'drizzle-orm';
import type { Sql } from '../db/database.ts';
import { signatures, uploads } from '../db/schema.ts';
import type { CaseRow } from './case-change.ts';
import { countOf } from './cases.ts';

/** A row of the table of signatures. */
export type SignatureRow = typeof signatures.$inferSelect;

/** Find the signatures that stand of the version that is worked on, in the order in which they were given. */
export async function signaturesOf(handle: Sql, row: CaseRow): Promise<SignatureRow[]> {
  return handle
    .select()
    .from(signatures)
    .where(
      and(
        eq(signatures.caseId, row.id),
        eq(signatures.version, row.version),
        eq(signatures.isWithdrawn, false),
      ),
    )
    .orderBy(asc(signatures.id));
}

/** List what stands in the way; `hashNow` hashes the report as it is now, which only a second signature needs. */
export async function blockersOf(
  handle: Sql,
  row: CaseRow,
  actor: Actor,
  hashNow: () => Promise<string>,
): Promise<Blocker[]> {
  if (row.state !== 'open' && row.state !== 'half-signed') {
    return [{ code: 'NOT_OPEN', count: 1, message: `The case is ${row.state}.` }];
  }
  const counts = (await countOf(handle, [row.id])).get(row.id)!;
  const blockers: Blocker[] = [];
  const add = (code: Blocker['code'], count: number, message: string) => {
    if (count > 0) blockers.push({ code, count, message });
  };
  const missing = await unfinishedFiles(handle, row.id);
  add(
    'FILES_MISSING',
    missing.length,
    `${plural(missing.length, 'file')} announced and not here: ${namesOf(missing)}. Send again, or give up.`,
  );
  const pending = counts.fields - counts.fieldsAnalysed - counts.fieldsFailed;
  add('FIELDS_PENDING', pending, `${plural(pending, 'field')} not analysed yet.`);
  add(
    'FIELDS_FAILED',
    counts.fieldsFailed,
    `${plural(counts.fieldsFailed, 'field')} failed: analyse again or remove.`,
  );
  add(
    'CELLS_UNIDENTIFIED',
    counts.unidentified,
    `${plural(counts.unidentified, 'cell')} unidentified.`,
  );
  add('CELLS_UNSEEN', counts.unseen, `${plural(counts.unseen, 'cell')} not seen yet.`);
  add('NO_LEUKOCYTES', counts.leukocytes === 0 ? 1 : 0, 'No leukocyte is counted.');
  const given = await signaturesOf(handle, row);
  const own = given.filter((signature) => signature.by.id === actor.id);
  add('ALREADY_SIGNED_BY_YOU', own.length, 'The second signature must be of somebody else.');
  add(
    'CHANGED_SINCE_FIRST',
    await countOutdated(given, hashNow),
    'The report is no longer what the first signer signed, as after a change of the site’s settings. That signature must be withdrawn and given anew.',
  );
  return blockers;
}

/** A locked case cannot change, but the site's ranges and names stand in its report too. */
async function countOutdated(
  given: readonly SignatureRow[],
  hashNow: () => Promise<string>,
): Promise<number> {
  if (given.length === 0) return 0;
  const sha256 = await hashNow();
  return given.filter((signature) => signature.sha256 !== sha256).length;
}

/** Files that were announced for the case and have not become fields: a report without them would be of another smear. */
async function unfinishedFiles(handle: Sql, caseId: string): Promise<string[]> {
  const rows = await handle
    .select({ fileName: uploads.fileName })
    .from(uploads)
    .where(and(eq(uploads.caseId, caseId), isNull(uploads.fieldId)))
    .orderBy(asc(uploads.id));
  return rows.map((upload) => upload.fileName);
}

function namesOf(names: readonly string[]): string {
  const more = names.length > 3 ? ` and ${names.length - 3} more` : '';
  return `${names.slice(0, 3).join(', ')}${more}`;
}

function plural(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? ' is' : 's are'}`;
}
