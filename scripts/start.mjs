/** @file `npm start`: installs if needed, then starts the main job. */
import { ensureInstalled, runNode } from './runtime.mjs';

ensureInstalled();
process.exitCode = await runNode([
  '--conditions=@leukoscope/source',
  'examples/train-a-classifier.ts',
  ...process.argv.slice(2),
]);
