/** @file A signature in words: who, with the name no other account has, what it means. */
import type { Signature, SignatureMeaning } from '@leukoscope/contract';

/** What each meaning says, to the one who chooses it. */
export const meaningNames: Readonly<Record<SignatureMeaning, string>> = {
  reviewed: 'Reviewed: I have looked at this result',
  approved: 'Approved: I answer for this result',
  amended: 'Amended: this replaces the version before',
};

/** Write who signed: the display name, and the account's own where there are accounts. */
export function signerName({ by, account }: Pick<Signature, 'by' | 'account'>): string {
  return account === null ? by.name : `${by.name} (${account})`;
}

/** Write what the signer did: "Approved by Ann Miller (ann)". */
export function signatureWords(signature: Pick<Signature, 'by' | 'account' | 'meaning'>): string {
  const { meaning } = signature;
  const did = meaning === null ? 'Signed' : `${meaning[0]!.toUpperCase()}${meaning.slice(1)}`;
  return `${did} by ${signerName(signature)}`;
}
