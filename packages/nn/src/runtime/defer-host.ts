/** @file A host that is still being made: calls wait until it is there, and fail if it cannot be. */
import type { SessionHost } from './host.ts';

/** Make a host of a promised one. */
export function deferHost(promised: Promise<SessionHost>): SessionHost {
  // Each call reports the failure; without any call there is nobody to tell.
  promised.catch(() => {});
  return {
    load: async (id, model, options) => (await promised).load(id, model, options),
    run: async (id, feeds, fetches) => (await promised).run(id, feeds, fetches),
    unload: async (id) => (await promised).unload(id),
    writeState: async (values) => (await promised).writeState(values),
    readState: async (keys) => (await promised).readState(keys),
    dropState: async (keys) => (await promised).dropState(keys),
    providers: async () => (await promised).providers(),
    close: async () => (await promised).close(),
  };
}
