/** @file Writes docs/reproduction.md: what of the papers was reproduced, and how near. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { reproductionPage } from './reproduction-page.ts';

writeFileSync(path.join(import.meta.dirname, '../docs/reproduction.md'), reproductionPage());
