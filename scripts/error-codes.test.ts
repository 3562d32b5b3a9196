import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '..');

/** Every code that is written in source: the first argument of a LeukoscopeError or of its subclasses. */
function codesInSource(): Set<string> {
  const codes = new Set<string>();
  for (const group of ['packages', 'apps']) {
    for (const name of readdirSync(path.join(root, group))) {
      const source = path.join(root, group, name, 'src');
      for (const file of listFiles(source)) {
        const text = readFileSync(file, 'utf8');
        for (const match of text.matchAll(/(?:LeukoscopeError|super)\(\s*'([A-Z][A-Z0-9_]*)'/g)) {
          codes.add(match[1]!);
        }
      }
    }
  }
  return codes;
}

function listFiles(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.tsx?$/.test(file) && !/\.test\.tsx?$/.test(file))
      .map((file) => path.join(folder, file));
  } catch {
    return [];
  }
}

const rows = readFileSync(path.join(root, 'docs', 'errors.md'), 'utf8')
  .split('\n')
  .flatMap((line) => /^\|\s*`?([A-Z][A-Z0-9_]+)`?\s*\|/.exec(line)?.[1] ?? []);

test('every error code in the source is documented', () => {
  const documented = new Set(rows);
  expect([...codesInSource()].filter((code) => !documented.has(code)).sort()).toEqual([]);
});

test('no code is documented twice, and rows are sorted', () => {
  expect(rows).toEqual([...new Set(rows)].sort());
});
