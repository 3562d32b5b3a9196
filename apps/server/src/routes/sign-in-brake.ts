/**
 * @file Slows guessing: after some failures in a quarter of an hour, a name from one address, or an
 * address as a whole, has to wait. A name is never locked for everybody: its owner would be shut out.
 */
import type { Context } from '../context.ts';
import { HttpError } from '../http-error.ts';

const windowMs = 15 * 60_000;
const mostEntries = 100_000;

/** Counts failures. */
export interface SignInBrake {
  check(name: string, address: string): void;
  fail(name: string, address: string): void;
  succeed(name: string, address: string): void;
}

/** Make a brake. One name may fail `signInsPerMinute` times from an address, an address five times that. */
export function createSignInBrake(context: Pick<Context, 'clock' | 'limits'>): SignInBrake {
  const failures = new Map<string, number[]>();
  const perName = context.limits.signInsPerMinute;
  const recent = (key: string): number[] => {
    const since = context.clock().getTime() - windowMs;
    const times = (failures.get(key) ?? []).filter((time) => time > since);
    if (times.length === 0) failures.delete(key);
    else failures.set(key, times);
    return times;
  };
  const keysOf = (name: string, address: string) => [`${address} ${name}`, address] as const;
  return {
    check: (name, address) => {
      const [pair, whole] = keysOf(name, address);
      if (recent(pair).length < perName && recent(whole).length < perName * 5) return;
      throw new HttpError(
        429,
        'SIGN_IN_TOO_OFTEN',
        'sign-in must wait after many failures. Received one too early. Try again in some minutes, or ask an administrator for a new password.',
      );
    },
    fail: (name, address) => {
      // Addresses are cheap in IPv6; forget everything rather than run out of memory.
      if (failures.size > mostEntries) failures.clear();
      for (const key of keysOf(name, address)) {
        failures.set(key, [...recent(key), context.clock().getTime()]);
      }
    },
    succeed: (name, address) => {
      failures.delete(keysOf(name, address)[0]);
    },
  };
}
