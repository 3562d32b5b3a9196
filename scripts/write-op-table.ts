/** @file Writes docs/ops.md: every op, its gradient, its ONNX operators and its tests. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { opTablePage } from './op-table-page.ts';

writeFileSync(path.join(import.meta.dirname, '../docs/ops.md'), opTablePage());
