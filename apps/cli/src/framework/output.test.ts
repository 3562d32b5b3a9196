import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { temporaryFolder } from '../../test/run-cli.ts';
import { below, withOutputFolder, writeOutputFile } from './output.ts';

const idle = { signal: new AbortController().signal, hold: () => () => {} };
let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

test('makes a folder that appears when it is whole', async () => {
  const target = folder.at('deep', 'out');
  await withOutputFolder(target, { force: false, interrupt: idle }, async (output) => {
    await output.write('a/b.txt', 'text');
    await below(output, 'c/').write('d.txt', 'more');
    expect(output.files).toEqual(['a/b.txt', 'c/d.txt']);
    expect(existsSync(target)).toBe(false);
  });
  expect(readFileSync(folder.at('deep', 'out', 'a', 'b.txt'), 'utf8')).toBe('text');
  expect(readFileSync(folder.at('deep', 'out', 'c', 'd.txt'), 'utf8')).toBe('more');
  expect(readdirSync(folder.at('deep'))).toEqual(['out']);
});

test('leaves nothing behind when the work fails', async () => {
  const work = withOutputFolder(
    folder.at('out'),
    { force: false, interrupt: idle },
    async (output) => {
      await output.write('a.txt', 'text');
      throw new Error('half way');
    },
  );
  await expect(work).rejects.toThrow('half way');
  expect(readdirSync(folder.at())).toEqual([]);
});

test('leaves nothing behind when interrupted, and lets go of the signal', async () => {
  const controller = new AbortController();
  let held = 0;
  const hold = () => {
    held++;
    return () => void held--;
  };
  const interrupt = { signal: controller.signal, hold };
  const work = withOutputFolder(folder.at('out'), { force: false, interrupt }, async (output) => {
    await output.write('a.txt', 'text');
    expect(held).toBe(1);
    controller.abort();
    await output.write('b.txt', 'text');
  });
  await expect(work).rejects.toThrow(/abort/i);
  expect(readdirSync(folder.at())).toEqual([]);
  expect(held).toBe(0);
});

test('overwrites only with force, and only the files it writes', async () => {
  mkdirSync(folder.at('out'));
  writeFileSync(folder.at('out', 'mine.txt'), 'mine');
  writeFileSync(folder.at('out', 'a.txt'), 'old');
  const write = (force: boolean) =>
    withOutputFolder(folder.at('out'), { force, interrupt: idle }, (output) =>
      output.write('a.txt', 'new'),
    );
  await expect(write(false)).rejects.toThrow('It holds 2 files or folders');
  expect(readFileSync(folder.at('out', 'a.txt'), 'utf8')).toBe('old');
  await write(true);
  expect(readFileSync(folder.at('out', 'a.txt'), 'utf8')).toBe('new');
  expect(readdirSync(folder.at('out')).sort()).toEqual(['a.txt', 'mine.txt']);
});

test('refuses a file where a folder is wanted, and paths that leave the folder', async () => {
  writeFileSync(folder.at('file'), '');
  const options = { force: true, interrupt: idle };
  await expect(withOutputFolder(folder.at('file'), options, async () => {})).rejects.toThrow(
    'It is a file',
  );
  for (const path of ['../x', '/x', 'a/../../x', 'C:x', '']) {
    await expect(
      withOutputFolder(folder.at('out'), options, (output) => output.write(path, '')),
    ).rejects.toThrow('must lie in the output folder');
  }
});

test('writes one file, and not over another without force', async () => {
  const file = folder.at('new', 'picture.png');
  await writeOutputFile(file, 'one', { force: false, interrupt: idle });
  await expect(writeOutputFile(file, 'two', { force: false, interrupt: idle })).rejects.toThrow(
    'overwrite it with --force',
  );
  await writeOutputFile(file, 'three', { force: true, interrupt: idle });
  expect(readFileSync(file, 'utf8')).toBe('three');
  expect(readdirSync(folder.at('new'))).toEqual(['picture.png']);
  await expect(
    writeOutputFile(folder.at('new'), '', { force: true, interrupt: idle }),
  ).rejects.toThrow('It is a folder');
});
