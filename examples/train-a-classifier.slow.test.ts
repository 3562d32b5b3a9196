import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';

const file = path.join(import.meta.dirname, 'train-a-classifier.ts');

test('the example is under 60 lines', () => {
  expect(readFileSync(file, 'utf8').trimEnd().split('\n').length).toBeLessThan(60);
});

test('the example trains to over 99 %, resumes, exports, and the export answers the same', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'leukoscope-example-'));
  try {
    const output = execFileSync(
      process.execPath,
      ['--conditions=@leukoscope/source', file, folder],
      {
        encoding: 'utf8',
      },
    );
    const lines = output.split('\n').filter((line) => line.includes('named right'));
    expect(lines).toHaveLength(2);
    expect(lines[1]).toBe(lines[0]);
    expect(Number.parseInt(lines[0]!, 10) / 250).toBeGreaterThan(0.99);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
