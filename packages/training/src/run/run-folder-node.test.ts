import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { LogLine } from '../train-loop.ts';
import { keepModel, repairModelFolder } from './model-folder-node.ts';
import { cutLog, openRunFolder, readLog } from './run-folder-node.ts';

const root = mkdtempSync(path.join(tmpdir(), 'leukoscope-run-'));
afterAll(() => rmSync(root, { recursive: true }));
const at = (...parts: string[]) => path.join(root, ...parts);

test('one process at a time; a lock whose process is gone is taken over', async () => {
  const folder = await openRunFolder(at('run'));
  // A process that lives: the one that started this.
  writeFileSync(at('run', 'in-use'), String(process.ppid));
  await expect(openRunFolder(at('run'))).rejects.toThrow(`process ${process.ppid} works on`);
  writeFileSync(at('run', 'in-use'), '999999999');
  const again = await openRunFolder(at('run'));
  await again.close();
  expect(existsSync(at('run', 'in-use'))).toBe(false);
  await folder.close();
});

test('a folder with other files is refused and stays as it is', async () => {
  mkdirSync(at('other'));
  writeFileSync(at('other', 'thesis.txt'), 'years of work');
  await expect(openRunFolder(at('other'))).rejects.toThrow('1 other files');
  expect(existsSync(at('other', 'in-use'))).toBe(false);
});

test('a log ends before a torn line, and is cut behind a step', async () => {
  const folder = await openRunFolder(at('log'));
  const line = (step: number): LogLine => ({
    kind: 'steps',
    step,
    seconds: 0.5,
    values: { loss: step / 3 },
  });
  for (const step of [1, 2, 3]) folder.appendLog(line(step));
  const text = readFileSync(at('log', 'log.jsonl'), 'utf8');
  writeFileSync(at('log', 'log.jsonl'), `${text}{"kind":"st`);
  expect((await readLog(at('log'))).map(({ step }) => step)).toEqual([1, 2, 3]);
  expect((await cutLog(folder, 2)).map(({ step }) => step)).toEqual([1, 2]);
  folder.appendLog({ ...line(3), values: { loss: Number.NaN } });
  const lines = await readLog(at('log'));
  expect(lines.map(({ values }) => values['loss'])).toEqual([0.333333, 0.666667, null]);
  await folder.close();
});

test('a crash between the two renames of a model leaves the old one', async () => {
  const folder = at('best');
  mkdirSync(`${folder}.old`);
  mkdirSync(`${folder}.partial`);
  writeFileSync(`${folder}.old/card.md`, 'old');
  await repairModelFolder(folder);
  expect(readFileSync(`${folder}/card.md`, 'utf8')).toBe('old');
  expect([existsSync(`${folder}.old`), existsSync(`${folder}.partial`)]).toEqual([false, false]);
  // With the new one in place the old one goes.
  mkdirSync(`${folder}.old`);
  await repairModelFolder(folder);
  expect(existsSync(`${folder}.old`)).toBe(false);
});

test('a model that cannot be written leaves the one before', async () => {
  const facts = { format: 2 } as unknown as Parameters<typeof keepModel>[1]['facts'];
  const model = { facts, network: new Uint8Array(), weights: new Map(), step: 1, card: 'new' };
  await expect(keepModel(at('best'), model)).rejects.toThrow();
  expect(readFileSync(at('best', 'card.md'), 'utf8')).toBe('old');
});
