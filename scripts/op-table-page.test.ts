import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { opTablePage } from './op-table-page.ts';

test('docs/ops.md says what the op table and its tests say (npm run docs writes it anew)', () => {
  const page = readFileSync(path.join(import.meta.dirname, '../docs/ops.md'), 'utf8');
  expect(page).toBe(opTablePage());
});
