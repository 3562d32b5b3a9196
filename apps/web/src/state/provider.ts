/** @file The way to the organisation's sign-in provider and back, and word of it for other windows. */
import type { ProviderPurpose } from '@leukoscope/contract';
import { api } from './api.ts';
import { beginSession } from './session-store.ts';

const placeKey = 'leukoscope-place';
const channelName = 'leukoscope-confirmed';

/** Leave for the provider. After signing in one is where one wanted to go. */
export async function goToProvider(purpose: ProviderPurpose): Promise<void> {
  const { url } = await api.beginAtProvider({ body: { purpose } });
  if (purpose === 'sign-in') sessionStorage.setItem(placeKey, globalThis.location.pathname);
  globalThis.location.assign(url);
}

/** What is under way, by what came back: a page that is drawn twice goes on once. */
const underWay = new Map<string, Promise<string | undefined>>();

/** Go on with what the provider sent back; says where to go then, or undefined after a confirmation. */
export function returnFromProvider(query: string): Promise<string | undefined> {
  const known = underWay.get(query) ?? finish(query);
  underWay.set(query, known);
  return known;
}

async function finish(query: string): Promise<string | undefined> {
  // The code has no business in the history of the browser.
  globalThis.history.replaceState(null, '', globalThis.location.pathname);
  const { purpose, session } = await api.finishAtProvider({ body: { query } });
  if (purpose === 'confirm') {
    new BroadcastChannel(channelName).postMessage(session.user?.id);
    return undefined;
  }
  const place = sessionStorage.getItem(placeKey) ?? '/';
  sessionStorage.removeItem(placeKey);
  beginSession(session);
  return place;
}

/** Hear that a person has been confirmed in another window; returns how to stop. */
export function onConfirmed(userId: string, hear: () => void): () => void {
  const channel = new BroadcastChannel(channelName);
  channel.addEventListener('message', ({ data }) => {
    if (data === userId) hear();
  });
  return () => channel.close();
}
