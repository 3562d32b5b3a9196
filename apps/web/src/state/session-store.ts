/** @file Who uses the page. */
import { type Role, roles, type Session } from '@leukoscope/contract';
import { messageOf } from '@leukoscope/core';
import { api } from './api.ts';
import { createStore } from './create-store.ts';

/** `undefined` until the server has answered. */
export const sessionStore = createStore<Session | undefined>(undefined);

/** Why the server did not answer; null while it does. */
export const sessionFault = createStore<string | null>(null);

/** Ask the server who asks. */
export async function loadSession(): Promise<void> {
  try {
    sessionStore.set(await api.getSession());
    sessionFault.set(null);
  } catch (error) {
    sessionFault.set(messageOf(error));
  }
}

/** Tell whether the one who asks may do what this role may. */
export function mayDo(session: Session | undefined, role: Role): boolean {
  const own = session?.user?.role;
  return own !== undefined && roles.indexOf(own) >= roles.indexOf(role);
}
