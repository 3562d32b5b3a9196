/**
 * @file What a signature binds: the case as it stands at one moment, by the hash of its snapshot. Whatever a
 * report says is in it, so whoever signs by this hash signs exactly what was read, and nothing newer.
 */
import type { SignatureMeaning, Signing } from '@leukoscope/contract';
import type { Context } from '../context.ts';
import { HttpError } from '../http-error.ts';
import type { Caller } from './actor.ts';
import type { CaseRow } from './case-change.ts';
import { blockersOf } from './sign-blockers.ts';
import { hashInSlices, inSlicesAtOneMoment } from './snapshot.ts';
import type { Snapshot } from './snapshot-form.ts';

/** Get what a signature of this caller would bind. */
export function getSigning(context: Context, { actor }: Caller, id: string): Promise<Signing> {
  return inSlicesAtOneMoment(context, id, async (handle, row) => {
    const { head, cells, sha256 } = await hashInSlices(handle, row);
    const { version, ...facts } = head.case;
    return {
      sequence: row.sequence,
      sha256,
      version,
      facts,
      differential: head.differential,
      fields: head.fields.length,
      cells,
      comments: head.comments.length,
      amendmentReason: row.amendmentReason,
      blockers: await blockersOf(handle, row, actor, async () => sha256),
    };
  });
}

/** What a signer says. */
export interface SignatureWords {
  readonly sha256: string;
  readonly meaning: SignatureMeaning;
  readonly reason?: string | undefined;
  readonly acceptsFewer?: boolean | undefined;
}

/** Throw unless the signature is of this snapshot, and says what it must. */
export function checkSignature(
  row: CaseRow,
  { snapshot, sha256 }: { readonly snapshot: Snapshot; readonly sha256: string },
  words: SignatureWords,
): void {
  if (words.sha256 !== sha256) {
    throw new HttpError(
      409,
      'SIGN_CHANGED',
      `case must be as the signer's screen showed it. Received a signature of another state; something changed since. Read what changed, then sign anew.`,
      { details: { sequence: row.sequence, sha256 } },
    );
  }
  const { meaning, reason, acceptsFewer = false } = words;
  if (meaning === 'amended' && (row.version === 1 || reason === undefined)) {
    throw new HttpError(
      422,
      'SIGN_MEANING',
      `meaning "amended" must be that of a later version, with its reason. Received version ${row.version} with ${reason === undefined ? 'no' : 'a'} reason. Sign as reviewed or approved, or give the reason.`,
    );
  }
  const { leukocytes, targetCells } = snapshot.differential;
  if (leukocytes < targetCells && !acceptsFewer) {
    throw new HttpError(
      409,
      'SIGN_FEWER',
      `case must count as many leukocytes as it aims at, or the signer accept fewer. Received ${leukocytes} of ${targetCells}. Count more, or sign with acceptsFewer.`,
      { details: { leukocytes, targetCells } },
    );
  }
}
