/** @file A value that can be watched: what the stores of the application are made of. No React in here. */

/** A value that changes, and who wants to know. */
export interface Store<T> {
  get(): T;
  /** Replace the value; listeners hear of it unless it is the same one. */
  set(next: T): void;
  /** Replace some properties. */
  patch(part: Partial<T>): void;
  /** Hear of every change; returns how to stop. */
  subscribe(listener: () => void): () => void;
}

/** Make a store. */
export function createStore<T>(first: T): Store<T> {
  let value = first;
  const listeners = new Set<() => void>();
  const set = (next: T) => {
    if (Object.is(next, value)) return;
    value = next;
    for (const listener of [...listeners]) listener();
  };
  return {
    get: () => value,
    set,
    patch: (part) => set({ ...value, ...part }),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
