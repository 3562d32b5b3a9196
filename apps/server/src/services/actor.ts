/** @file Who asks: an account, an API key, or the one person of local mode; with what they may do. */
import { type Access, type Actor, type Debt, type Role, roles } from '@leukoscope/contract';
import { HttpError } from '../http-error.ts';

/** Who asks. */
export interface Caller {
  readonly actor: Actor;
  readonly role: Role;
  /** The name that the person signs in with; no two accounts have the same. */
  readonly account?: string;
  /** What has to be done before anything else. */
  readonly owes?: Debt;
  /** The hash of the session's token, for accounts. */
  readonly tokenHash?: string;
}

/** The one person of local mode. The id is fixed: it stands in histories. */
export const localCaller: Caller = {
  actor: { kind: 'user', id: '0190a5d0-0000-7000-8000-00000000000a', name: 'Local user' },
  role: 'administrator',
};

/** Throw unless somebody may call an endpoint. `settles`: what it is the way to do. */
export function checkAccess(
  caller: Caller | undefined,
  access: Access,
  settles?: Debt | undefined,
): void {
  if (access === 'anybody') return;
  if (caller === undefined) {
    throw new HttpError(
      401,
      'SIGN_IN',
      'caller must be signed in. Received no valid session or key. Sign in first.',
    );
  }
  if (caller.owes !== undefined && caller.owes !== settles) throw owing(caller.owes);
  checkRole(caller, access);
}

function owing(owes: Debt): HttpError {
  return owes === 'password'
    ? new HttpError(
        403,
        'PASSWORD_GIVEN',
        'password must be one that nobody else has set. Received one that an administrator gave. Change it first.',
      )
    : new HttpError(
        403,
        'SECOND_FACTOR_NEEDED',
        'account must have a second factor, which the site asks of its role. Received a sign-in without. Add an app or a passkey first.',
      );
}

function checkRole(caller: Caller, access: Exclude<Access, 'anybody'>): void {
  if (roles.indexOf(caller.role) >= roles.indexOf(access)) return;
  throw new HttpError(
    403,
    'ROLE',
    `caller must be ${access} or more. Received ${caller.role}. Ask an administrator.`,
  );
}
