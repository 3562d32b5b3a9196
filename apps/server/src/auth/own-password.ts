/** @file One's own password: asked for again, and changed. */
import { eq } from 'drizzle-orm';
import type { Context } from '../context.ts';
import { users } from '../db/schema.ts';
import { HttpError } from '../http-error.ts';
import { digestsOf } from '../ledger/row-digests.ts';
import { recordInTrail } from '../ledger/trail.ts';
import { actorOf } from './accounts.ts';
import { checkPassword, hashPassword, isPassword } from './password.ts';
import { endSessions } from './sessions.ts';
import { recordRefusal } from './sign-in.ts';

/** Throw unless the password is the account's. */
export async function checkOwnPassword(
  context: Context,
  userId: string,
  password: string,
  address: string,
): Promise<void> {
  const [user] = await context.db.sql.select().from(users).where(eq(users.id, userId));
  if (user?.passwordHash === null) throw noPassword();
  if (user !== undefined && (await isPassword(password, user.passwordHash))) return;
  if (user !== undefined) await recordRefusal(context, 'password.refused', actorOf(user), address);
  throw new HttpError(
    403,
    'PASSWORD_WRONG',
    'password must be the one you sign in with. Received another one. Type it again.',
  );
}

/** Change one's own password; all other sessions end. */
export async function changePassword(
  context: Context,
  userId: string,
  tokenHash: string | undefined,
  next: string,
  address: string,
): Promise<void> {
  const [user] = await context.db.sql.select().from(users).where(eq(users.id, userId));
  await checkPassword(next, [user!.name, user!.displayName]);
  if (await isPassword(next, user!.passwordHash!)) {
    throw new HttpError(
      422,
      'PASSWORD_SAME',
      'new password must be another than before. Received the same. Think of a new one.',
    );
  }
  const passwordHash = await hashPassword(next, context.limits.passwordCost);
  await context.db.transaction(async (tx) => {
    const [saved] = await tx
      .update(users)
      .set({ passwordHash, mustChangePassword: false, revision: user!.revision + 1 })
      .where(eq(users.id, userId))
      .returning();
    await endSessions(tx, userId, tokenHash);
    await recordInTrail(
      tx,
      context,
      { actor: actorOf(saved!), address },
      {
        action: 'account.password-changed',
        subject: 'account',
        subjectId: userId,
        rows: digestsOf('users', saved!),
      },
    );
  });
}

/** Tell whether an account has a password. */
export async function hasPassword({ db }: Context, userId: string): Promise<boolean> {
  const [user] = await db.sql.select().from(users).where(eq(users.id, userId));
  return user !== undefined && user.passwordHash !== null;
}

function noPassword(): HttpError {
  return new HttpError(
    409,
    'PASSWORD_NONE',
    "account must have a password for this. Received one that signs in by the organisation's provider only. Ask an administrator for a password.",
  );
}
