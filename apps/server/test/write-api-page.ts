/** @file `node --conditions=@leukoscope/source apps/server/test/write-api-page.ts` brings docs/api-http.md up to date. */
import { readFileSync, writeFileSync } from 'node:fs';
import { withEndpoints } from './api-page.ts';

const page = new URL('../../../docs/api-http.md', import.meta.url);
writeFileSync(page, withEndpoints(readFileSync(page, 'utf8')));
