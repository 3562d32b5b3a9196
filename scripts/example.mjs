/** @file `npm run example`: installs if needed, then trains a small network on synthetic cells. */
import { ensureInstalled, runNode } from './runtime.mjs';

ensureInstalled();
process.exitCode = await runNode([
  '--conditions=@leukoscope/source',
  'examples/train-a-classifier.ts',
  ...process.argv.slice(2),
]);
