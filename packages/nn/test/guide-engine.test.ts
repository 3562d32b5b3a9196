import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { guideProgram } from '../../../scripts/guide-snippets.ts';

const root = path.join(import.meta.dirname, '../../..');

test('the snippets of docs/guide-engine.md run as one program and do what they say', () => {
  const page = readFileSync(path.join(root, 'docs/guide-engine.md'), 'utf8');
  // Inside the package, so that its imports by name are found.
  const folder = mkdtempSync(path.join(import.meta.dirname, 'guide-'));
  try {
    const file = path.join(folder, 'program.ts');
    writeFileSync(file, guideProgram(page));
    const output = execFileSync(process.execPath, ['--conditions=@leukoscope/source', file], {
      encoding: 'utf8',
    });
    expect(output).toContain('float32[2, 3]\n');
    expect(output).toContain('add: extents must be equal or 1, counted from the last axis.');
    expect(output).toContain('return y = %6');
    expect(output).toContain('0, 1, 3, 5, 7, 9');
    expect(output).toContain('18, 36, 54');
    expect(output).toContain("'stem.bn.running_mean'");
    const [, first, last] = /loss ([\d.]+) -> ([\d.]+)/.exec(output)!;
    expect(Number(last)).toBeLessThan(Number(first) / 4);
    expect(Number(/(\d+) of 16 named right/.exec(output)![1])).toBeGreaterThan(14);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
