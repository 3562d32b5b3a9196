/** @file Stores -> React. */
import { useSyncExternalStore } from 'react';
import type { Store } from '../state/create-store.ts';

/** Read a store, or a part of it; the component renders again when that part is another value. */
export function useStore<T>(store: Pick<Store<T>, 'get' | 'subscribe'>): T;
export function useStore<T, P>(
  store: Pick<Store<T>, 'get' | 'subscribe'>,
  part: (value: T) => P,
): P;
export function useStore<T, P>(
  store: Pick<Store<T>, 'get' | 'subscribe'>,
  part?: (value: T) => P,
): T | P {
  return useSyncExternalStore(store.subscribe, () =>
    part === undefined ? store.get() : part(store.get()),
  );
}
