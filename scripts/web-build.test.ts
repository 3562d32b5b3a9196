import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
// @ts-expect-error a plain script without declarations
import { sources } from './web-build.mjs';

test('the application is built anew when any package that it imports has changed', () => {
  const folder = path.join(import.meta.dirname, '../apps/web/src');
  const imported = new Set<string>();
  for (const entry of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!/\.tsx?$/.test(entry)) continue;
    const text = readFileSync(path.join(folder, entry), 'utf8');
    for (const [, name] of text.matchAll(/from '@leukoscope\/([a-z]+)'/g)) imported.add(name!);
  }
  expect(imported.size).toBeGreaterThan(2);
  expect(sources).toEqual(expect.arrayContaining([...imported].map((name) => `packages/${name}`)));
});
