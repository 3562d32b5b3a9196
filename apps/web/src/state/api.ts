/** @file The one client of the page: same origin, session cookie. */
import { createClient } from '@leukoscope/client';
import { idleHeader } from '@leukoscope/contract';
import { createStore } from './create-store.ts';
import { idleSeconds } from './idle-time.ts';

export { ApiError, addressOf } from '@leukoscope/client';

/** Counts the answers that said: nobody is signed in. */
export const signedOut = createStore(0);

/** Every endpoint as a method. */
export const api = createClient({
  fetch: async (...request) => {
    const [url, init] = request;
    const headers = new Headers(init?.headers);
    headers.set(idleHeader, String(idleSeconds()));
    const response = await fetch(url, { ...init, headers });
    if (response.status === 401) signedOut.set(signedOut.get() + 1);
    return response;
  },
});

/** Identifier for a review, chosen here so that sending it twice counts once. */
export function newId(): string {
  return crypto.randomUUID();
}
