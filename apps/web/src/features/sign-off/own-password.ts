/** @file The password that is asked for again: whose it is, and what is said when it was another. */
import type { Session } from '@leukoscope/contract';
import { messageOf } from '@leukoscope/core';
import { ApiError } from '../../state/api.ts';
import { signerName } from '@leukoscope/contract';

/** Write the label of the field, so that nobody signs in another's session: "Password of Ann Miller (ann)". */
export function ownPasswordLabel({ user }: Session): string {
  if (user === null) return 'Password';
  const by = { kind: 'user' as const, id: user.id, name: user.displayName };
  return `Password of ${signerName({ by, account: user.name })}`;
}

/** Write what was refused, for the one who typed. */
export function faultWords(error: unknown): string {
  const isWrong = error instanceof ApiError && error.code === 'PASSWORD_WRONG';
  return isWrong ? 'That is not your password. Type it again.' : messageOf(error);
}
