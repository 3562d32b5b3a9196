/**
 * @file Slows guessing: after some failures in a quarter of an hour, a name from one address, an address as a
 * whole, strangers' guesses of a name from anywhere, a session that is asked for its password again, or the second
 * step of an account has to wait. A browser in which its owner has signed in before counts alone: strangers shut
 * nobody out there.
 */
import { isIPv6 } from 'node:net';
import type { Context } from '../context.ts';
import { HttpError } from '../http-error.ts';

const windowMs = 15 * 60_000;
const mostEntries = 100_000;

/** Who gives a name and a secret. */
export interface Guesser {
  readonly address: string;
  /** The mark of a browser in which that name was signed in to before (http/device-cookie.ts). */
  readonly device: string | undefined;
}

/** Counts failures. */
export interface SignInBrake {
  /**
   * Do what checks a secret. It counts as a failure from its beginning: a thousand guesses at once would
   * otherwise all pass before the first has failed. What was no wrong guess is taken back.
   */
  guard<T>(name: string, guesser: Guesser, check: () => Promise<T>): Promise<T>;
  /**
   * The same for who is known: a session that gives the password again, or an account whose password was right and
   * whose second factor is asked for, wherever that comes from.
   */
  guardKnown<T>(who: string, check: () => Promise<T>): Promise<T>;
}

/** What failures are counted by, and how many are let through. */
interface Count {
  readonly key: string;
  readonly most: number;
}

/**
 * Make a brake. One name may fail `signInsPerMinute` times from an address, and so often in a known browser; an
 * address, and a name from all strange browsers, five times that.
 */
export function createSignInBrake(context: Pick<Context, 'clock' | 'limits'>): SignInBrake {
  const failures = new Map<string, number[]>();
  const perName = context.limits.signInsPerMinute;
  const recent = (key: string): number[] => {
    const since = context.clock().getTime() - windowMs;
    return (failures.get(key) ?? []).filter((time) => time > since);
  };
  const keep = (key: string, times: readonly number[]) => {
    if (times.length === 0) failures.delete(key);
    else failures.set(key, [...times]);
  };
  const takeBack = (key: string, time: number) => {
    const times = recent(key);
    const place = times.lastIndexOf(time);
    if (place !== -1) times.splice(place, 1);
    keep(key, times);
  };
  const guardBy = async <T>(own: Count, shared: readonly Count[], check: () => Promise<T>) => {
    const counts = [own, ...shared];
    if (counts.some(({ key, most }) => recent(key).length >= most)) {
      throw new HttpError(
        429,
        'SIGN_IN_TOO_OFTEN',
        'sign-in must wait after many wrong passwords or codes. Received one too early. Try again in some minutes, or ask an administrator.',
      );
    }
    // Forget everything rather than run out of memory.
    if (failures.size > mostEntries) failures.clear();
    const time = context.clock().getTime();
    for (const { key } of counts) keep(key, [...recent(key), time]);
    try {
      const result = await check();
      failures.delete(own.key);
      for (const { key } of shared) takeBack(key, time);
      return result;
    } catch (error) {
      if (!isWrongGuess(error)) for (const { key } of counts) takeBack(key, time);
      throw error;
    }
  };
  return {
    guard: (name, { address, device }, check) => {
      if (device !== undefined) {
        return guardBy({ key: `device ${device} ${name}`, most: perName }, [], check);
      }
      const network = networkOf(address);
      const shared = [network, `name ${name}`].map((key) => ({ key, most: perName * 5 }));
      return guardBy({ key: `${network} ${name}`, most: perName }, shared, check);
    },
    guardKnown: (who, check) => guardBy({ key: `known ${who}`, most: perName }, [], check),
  };
}

/** A password that is too short, or a database that does not answer, tells nobody a secret. */
function isWrongGuess(error: unknown): boolean {
  return error instanceof HttpError && (error.status === 401 || error.status === 403);
}

/** Whoever has one address of IPv6 has the 2^64 beside it: those count as one. */
function networkOf(address: string): string {
  const mapped = /^::ffff:([\d.]+)$/i.exec(address);
  if (mapped !== null) return mapped[1]!;
  if (!isIPv6(address)) return address;
  const [head = '', tail] = address.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => '0');
  const groups = [...before, ...zeros, ...after].slice(0, 4);
  return `${groups.map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::/64`;
}
