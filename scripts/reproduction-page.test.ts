import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { reproductionPage } from './reproduction-page.ts';

const docs = path.join(import.meta.dirname, '../docs');
const page = () => readFileSync(path.join(docs, 'reproduction.md'), 'utf8');

test('docs/reproduction.md says what the results say (npm run docs writes it anew)', () => {
  expect(page()).toBe(reproductionPage());
});

test('what it points to is there', () => {
  const missing = [...page().matchAll(/\]\(([^)#]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !existsSync(path.join(docs, target)));
  expect(missing).toEqual([]);
});
