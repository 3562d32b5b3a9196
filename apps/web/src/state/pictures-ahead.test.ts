import { expect, test } from 'vitest';
import { createPicturesAhead } from './pictures-ahead.ts';

function slowLoads() {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const ahead = createPicturesAhead((address) => {
    begun.push(address);
    return new Promise<void>((resolve) => ends.set(address, resolve));
  });
  const end = async (address: string) => {
    ends.get(address)!();
    await Promise.resolve();
  };
  return { ahead, begun, end };
}

test('fetches two at a time, first ones first, none twice', async () => {
  const { ahead, begun, end } = slowLoads();
  ahead.want(['a', 'b', 'a', 'c']);
  expect(begun).toEqual(['a', 'b']);
  await end('b');
  expect(begun).toEqual(['a', 'b', 'c']);
  ahead.want(['b', 'd']);
  await end('a');
  expect(begun).toEqual(['a', 'b', 'c', 'd']);
});

test('forgets what is no longer wanted', async () => {
  const { ahead, begun, end } = slowLoads();
  ahead.want(['a', 'b', 'c']);
  ahead.want([]);
  await end('a');
  expect(begun).toEqual(['a', 'b']);
  ahead.want(['c']);
  expect(begun).toEqual(['a', 'b', 'c']);
});

test('keeps what was on the screen, lets go of what was used longest ago, and of all when asked', async () => {
  const begun: string[] = [];
  const load = (address: string) => {
    begun.push(address);
    return Promise.resolve(address);
  };
  const ahead = createPicturesAhead(load, { limit: 2 });
  for (const address of ['a', 'b', 'a', 'c']) ahead.keep(address);
  expect(begun).toEqual(['a', 'b', 'c']);
  ahead.want(['a', 'c']);
  expect(begun).toEqual(['a', 'b', 'c']);
  ahead.keep('b');
  expect(begun).toEqual(['a', 'b', 'c', 'b']);
  ahead.forget();
  ahead.want(['b']);
  expect(begun).toEqual(['a', 'b', 'c', 'b', 'b']);
});
