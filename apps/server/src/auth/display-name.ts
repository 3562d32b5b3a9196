/**
 * @file Display names tell people apart in reports and histories, so no two accounts may show the same, nor one
 * show what another signs in with. Compared is what a reader sees: letter case, spaces and invisible signs aside.
 */
import { sql } from 'drizzle-orm';
import type { Sql } from '../db/database.ts';
import { users } from '../db/schema.ts';
import { HttpError } from '../http-error.ts';

/** Hold off all other changes of accounts until this transaction ends: two of one name must not pass each other. */
export async function lockAccounts(tx: Sql): Promise<void> {
  await tx.execute(sql`lock table ${users} in share row exclusive mode`);
}

/** Throw when another account shows this name or has it to sign in with. The accounts must be locked. */
export async function checkDisplayName(
  tx: Sql,
  displayName: string,
  ownId?: string,
): Promise<void> {
  const shown = asRead(displayName);
  const all = await tx
    .select({ id: users.id, name: users.name, displayName: users.displayName })
    .from(users);
  const twin = all.find(
    (user) => user.id !== ownId && [user.name, user.displayName].some((n) => asRead(n) === shown),
  );
  if (twin === undefined) return;
  throw new HttpError(
    409,
    'DISPLAY_NAME_TWICE',
    `display name must tell people apart. Received "${displayName}", which the account ${twin.name} has. Add an initial or a place.`,
  );
}

function asRead(name: string): string {
  return name
    .normalize('NFKC')
    .replaceAll(/\p{Cf}/gu, '')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .toLowerCase();
}
