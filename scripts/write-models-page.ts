/** @file Writes docs/models.md: every family of networks with its presets, sizes, paper and recipe. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { modelsPage } from './models-page.ts';

writeFileSync(path.join(import.meta.dirname, '../docs/models.md'), modelsPage());
