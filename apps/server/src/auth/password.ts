/**
 * @file Passwords: scrypt with the parameters written into the hash, and the refusal of guessable ones.
 *
 * `scrypt$16$8$2$salt$hash`: log2 N, r, p. N 2^16, r 8, p 2 (64 MiB) is among OWASP's recommendations.
 */
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { passwordFault } from '@leukoscope/contract';
import { HttpError } from '../http-error.ts';
import { type HashLine, hashLines } from './hash-line.ts';

const blockSize = 8;
const parallel = 2;
const keyBytes = 32;

/** Hash a password. `cost` is log2 of N. */
export async function hashPassword(
  password: string,
  cost: number,
  line: HashLine = hashLines.known,
): Promise<string> {
  const salt = randomBytes(16);
  const key = await line.run(() => derive(password, salt, { cost, blockSize, parallel }));
  return [
    'scrypt',
    cost,
    blockSize,
    parallel,
    salt.toString('base64'),
    key.toString('base64'),
  ].join('$');
}

/** Compare a password with a hash. */
export async function isPassword(
  password: string,
  hash: string,
  line: HashLine = hashLines.known,
): Promise<boolean> {
  const [kind, cost, block, lanes, salt, key] = hash.split('$');
  if (kind !== 'scrypt' || salt === undefined || key === undefined) return false;
  const expected = Buffer.from(key, 'base64');
  const costs = { cost: Number(cost), blockSize: Number(block), parallel: Number(lanes) };
  const found = await line.run(() => derive(password, Buffer.from(salt, 'base64'), costs));
  return timingSafeEqual(found, expected);
}

/** Throw for a password that would be guessed early. `names`: of the account that it is for. */
export async function checkPassword(password: string, names: readonly string[]): Promise<void> {
  const fault = await passwordFault(password, names);
  if (fault !== undefined) throw new HttpError(422, 'PASSWORD_WEAK', fault);
}

interface Costs {
  readonly cost: number;
  readonly blockSize: number;
  readonly parallel: number;
}

function derive(password: string, salt: Buffer, costs: Costs): Promise<Buffer> {
  const options = {
    N: 2 ** costs.cost,
    r: costs.blockSize,
    p: costs.parallel,
    // Node's limit is 32 MiB unless told; scrypt needs 128 N r bytes.
    maxmem: 256 * 2 ** costs.cost * costs.blockSize,
  };
  return new Promise((resolve, reject) => {
    // The same password may be typed composed or decomposed, by keyboard.
    scrypt(password.normalize('NFKC'), salt, keyBytes, options, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });
}
