/**
 * @file Watches those who follow events: once a second one look for all of them at whether their sessions and keys
 * still hold, however they may have ended, in this process or another.
 */
import { stillCallers } from '../auth/sessions.ts';
import type { Context } from '../context.ts';
import type { Caller } from '../services/actor.ts';

const lookMs = 500;

/** Watches callers. */
export interface CallerWatch {
  /** Call `end` when the caller may not ask any more, until the returned function is called. */
  follow(caller: Caller, end: () => void): () => void;
  close(): void;
}

/** Start watching. */
export function watchCallers(context: Context): CallerWatch {
  const followed = new Map<symbol, { readonly caller: Caller; readonly end: () => void }>();
  let isLooking = false;
  const look = async () => {
    if (followed.size === 0 || isLooking) return;
    isLooking = true;
    try {
      const asked = [...followed];
      const still = await stillCallers(
        context,
        asked.map(([, { caller }]) => caller),
      );
      for (const [key, { caller, end }] of asked) {
        if (still.has(caller) || !followed.delete(key)) continue;
        end();
      }
    } catch {
      // A database that is gone for a moment ends no stream; the next look says.
    } finally {
      isLooking = false;
    }
  };
  const timer = setInterval(() => void look(), lookMs);
  timer.unref();
  return {
    follow: (caller, end) => {
      const key = Symbol('stream');
      followed.set(key, { caller, end });
      return () => followed.delete(key);
    },
    close: () => clearInterval(timer),
  };
}
