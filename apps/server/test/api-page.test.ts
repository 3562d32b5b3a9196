import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { withEndpoints } from './api-page.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const page = readFileSync(path.join(root, 'docs/api-http.md'), 'utf8');

test('the page of the API lists every endpoint (write-api-page.ts brings it up to date)', () => {
  expect(withEndpoints(page)).toBe(page);
});

test('the page of the API lists every code that the server answers, once', () => {
  const source = path.join(root, 'apps/server/src');
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
  const codes = new Set<string>();
  for (const file of files) {
    const text = readFileSync(path.join(source, file), 'utf8');
    for (const match of text.matchAll(/HttpError\(\s*\d+,\s*'([A-Z_]+)'/g)) codes.add(match[1]!);
    for (const match of text.matchAll(/missing\('([a-z]+)'/g))
      codes.add(`${match[1]!.toUpperCase()}_MISSING`);
  }
  const listed = [...page.matchAll(/^\| \d+ \| `([A-Z_]+)`/gm)].map((match) => match[1]!);
  expect(listed).toEqual([...new Set(listed)]);
  expect([...codes].filter((code) => !listed.includes(code))).toEqual([]);
});
