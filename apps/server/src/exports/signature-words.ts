/** @file A signature in words, the same in every export: what it means, by whom, when and why, and what it binds. */
import type { Signature } from '@leukoscope/contract';

/** Write who signed: the display name, and the account's own where there are accounts. */
export function signerName({ by, account }: Pick<Signature, 'by' | 'account'>): string {
  return account === null ? by.name : `${by.name} (${account})`;
}

/** Write a signature: "Approved by Ann Miller (ann), 2026-11-20 17:04:05 UTC. Reason: ...". */
export function signatureSentence(signature: Signature): string {
  const { meaning, at, reason } = signature;
  const did = meaning === null ? 'Signed' : `${meaning[0]!.toUpperCase()}${meaning.slice(1)}`;
  const time = `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
  const why = reason === null ? '' : `. Reason: ${reason}`;
  return `${did} by ${signerName(signature)}, ${time}${why}`;
}

/** Write what a signature binds. */
export function boundWords({ sha256 }: Pick<Signature, 'sha256'>): string {
  return sha256 === null
    ? 'Given before signatures named what they bind.'
    : `SHA-256 of everything that was signed: ${sha256}`;
}
