import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import * as files from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { encodeCheckpoint } from './checkpoint.ts';
import { loadCheckpoint, saveCheckpoint, writeFileAtomically } from './checkpoint-file-node.ts';

vi.mock('node:fs/promises', { spy: true });

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'leukoscope-checkpoint-'));
  file = path.join(folder, 'run.safetensors');
});

afterEach(() => {
  vi.resetAllMocks();
  rmSync(folder, { recursive: true });
});

const checkpoint = {
  state: new Map([
    ['w', { dtype: 'float32' as const, shape: [3], data: Float32Array.of(1, -0, 1e-40) }],
    ['n', { dtype: 'int64' as const, shape: [1], data: BigInt64Array.of(2n ** 53n + 1n) }],
  ]),
  step: 7,
  seed: 4_000_000_000,
  optimiser: { name: 'sgd', momentum: 0.9, weightDecay: 1e-4, nesterov: true },
  config: { classes: ['lymphocyte', 'monocyte'], note: 'Übung' },
};

test('reads back what was saved, bit for bit', async () => {
  await saveCheckpoint(file, checkpoint);
  expect(await loadCheckpoint(file)).toEqual(checkpoint);
  expect(readdirSync(folder)).toEqual(['run.safetensors']);
});

test('replaces the file that was there', async () => {
  await saveCheckpoint(file, checkpoint);
  await saveCheckpoint(file, { ...checkpoint, step: 8 });
  expect((await loadCheckpoint(file)).step).toBe(8);
});

test('leaves the old file and no other where the disk is full half-way', async () => {
  await saveCheckpoint(file, checkpoint);
  const { open } = await vi.importActual<typeof files>('node:fs/promises');
  vi.mocked(files.open).mockImplementationOnce(async (...parameters) => {
    const handle = await open(...(parameters as Parameters<typeof open>));
    handle.writeFile = async (data) => {
      await handle.write((data as Uint8Array).subarray(0, 10));
      throw new Error('ENOSPC: no space left on device, write');
    };
    return handle;
  });
  const failure = saveCheckpoint(file, { ...checkpoint, step: 9 });
  await expect(failure).rejects.toMatchObject({ code: 'NN_WRITE' });
  await expect(failure).rejects.toThrow('no space left on device, write. The old file');
  expect((await loadCheckpoint(file)).step).toBe(7);
  expect(readdirSync(folder)).toEqual(['run.safetensors']);
});

test('tidies up where the new file cannot take the name', async () => {
  await expect(writeFileAtomically(folder, Uint8Array.of(1))).rejects.toMatchObject({
    code: 'NN_WRITE',
  });
  expect(existsSync(`${folder}.${process.pid}.partial`)).toBe(false);
});

test('names the folder that is missing', async () => {
  const missing = path.join(folder, 'missing', 'run.safetensors');
  await expect(saveCheckpoint(missing, checkpoint)).rejects.toThrow(/missing.*ENOENT/s);
});

test('is the old file or the new one, whole, whenever the writer is killed', async () => {
  // Two contents of different lengths in turn, as fast as they go, until the kill.
  const writer = `
    import { writeFileAtomically } from ${JSON.stringify(path.join(import.meta.dirname, 'checkpoint-file-node.ts'))};
    for (let i = 0; ; i++) {
      const bytes = new Uint8Array(300_000 + (i % 2) * 200_000).fill(1 + (i % 2));
      await writeFileAtomically(${JSON.stringify(file)}, bytes);
      if (i === 0) process.stdout.write('started');
    }`;
  writeFileSync(file, new Uint8Array(300_000).fill(1));
  for (const delayMs of [1, 7, 19]) {
    const child = spawn(
      process.execPath,
      ['--conditions=@leukoscope/source', '--input-type=module-typescript', '--eval', writer],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    await new Promise((resolve) => child.stdout.once('data', resolve));
    await wait(delayMs);
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('exit', resolve));
    const bytes = readFileSync(file);
    const kind = bytes[0]!;
    expect(bytes.length).toBe(300_000 + (kind - 1) * 200_000);
    expect(bytes.every((byte) => byte === kind)).toBe(true);
  }
});

test('refuses a file that is not there or no checkpoint', async () => {
  await expect(loadCheckpoint(file)).rejects.toMatchObject({ code: 'NN_CHECKPOINT' });
  writeFileSync(file, 'not a checkpoint');
  await expect(loadCheckpoint(file)).rejects.toThrow();
  // A checkpoint cut short at any place is refused, never read as a smaller one.
  const bytes = encodeCheckpoint(checkpoint);
  for (let length = 0; length < bytes.length; length += 16) {
    writeFileSync(file, bytes.subarray(0, length));
    await expect(loadCheckpoint(file), `${length} bytes`).rejects.toThrow();
  }
});
