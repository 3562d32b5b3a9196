/** @file Who uses the page. */
import { type Role, roles, type Session } from '@leukoscope/contract';
import { messageOf } from '@leukoscope/core';
import { api, signedOut } from './api.ts';
import { createStore } from './create-store.ts';

/** `undefined` until the server has answered. */
export const sessionStore = createStore<Session | undefined>(undefined);

/** Why the server did not answer; null while it does. */
export const sessionFault = createStore<string | null>(null);

/** Whether a session ended that this page had: by time, or by an administrator. */
export const sessionEnded = createStore(false);

// Any call may find out that the session is over.
signedOut.subscribe(() => {
  const session = sessionStore.get();
  if (session?.user === null || session === undefined) return;
  sessionEnded.set(true);
  sessionStore.set({ ...session, user: null });
});

/** Ask the server who asks. */
export async function loadSession(): Promise<void> {
  try {
    sessionStore.set(await api.getSession());
    sessionFault.set(null);
  } catch (error) {
    sessionFault.set(messageOf(error));
  }
}

/** Take the session that signing in or setting up has answered. */
export function beginSession(session: Session): void {
  sessionEnded.set(false);
  sessionStore.set(session);
}

/** Sign out. */
export async function signOut(): Promise<void> {
  await api.signOut();
  sessionEnded.set(false);
  await loadSession();
}

/** Tell whether the one who asks may do what this role may. */
export function mayDo(session: Session | undefined, role: Role): boolean {
  const own = session?.user?.role;
  return own !== undefined && roles.indexOf(own) >= roles.indexOf(role);
}
