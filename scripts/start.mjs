/**
 * @file `npm start`: installs if needed, builds the web application if its sources are newer, then serves
 * the workbench. Options of `leukoscope serve` may follow: `npm start -- --port 9000`.
 */
import { ensureInstalled, runNode } from './runtime.mjs';
import { ensureWebBuilt } from './web-build.mjs';

ensureInstalled();
ensureWebBuilt();
console.log('Starting the server: it opens its database and reads its models first.');
console.log('The address stands here as soon as it answers; the first start takes up to a minute.');
process.exitCode = await runNode([
  '--conditions=@leukoscope/source',
  'apps/cli/bin/leukoscope.mjs',
  'serve',
  ...process.argv.slice(2),
]);
