import { expect, test } from 'vitest';
import { writeWhole } from './write-whole.ts';

/** Takes at most three bytes at a time, and seven in all. */
function nearlyFull() {
  const kept = new Uint8Array(20);
  let room = 7;
  return {
    kept,
    write: async (bytes: Uint8Array, from: number, length: number, position: number) => {
      const bytesWritten = Math.min(3, length, room);
      if (bytesWritten === 0) throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
      room -= bytesWritten;
      kept.set(bytes.subarray(from, from + bytesWritten), position);
      return { bytesWritten };
    },
  };
}

test('writes on where the disk has taken a part, and fails where it takes no more', async () => {
  const file = nearlyFull();
  await writeWhole(file, new Uint8Array([1, 2, 3, 4, 5]), 10);
  expect([...file.kept.subarray(9, 16)]).toEqual([0, 1, 2, 3, 4, 5, 0]);
  await expect(writeWhole(file, new Uint8Array(5), 0)).rejects.toMatchObject({ code: 'ENOSPC' });
  const stuck = { write: async () => ({ bytesWritten: 0 }) };
  await expect(writeWhole(stuck, new Uint8Array(1), 0)).rejects.toThrow('take bytes');
});
