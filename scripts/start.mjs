/**
 * @file `npm start`: installs if needed, builds the web application if its sources are newer, then serves
 * the workbench. Options of `leukoscope serve` may follow: `npm start -- --port 9000`.
 */
import { ensureInstalled, runNode } from './runtime.mjs';
import { ensureWebBuilt } from './web-build.mjs';

ensureInstalled();
ensureWebBuilt();
console.log(
  'Starting the server; each slow step says what it does. The first start makes a database,',
);
console.log(
  'which takes up to a minute on a busy machine. The address stands here as soon as it answers.',
);
process.exitCode = await runNode([
  '--conditions=@leukoscope/source',
  'apps/cli/bin/leukoscope.mjs',
  'serve',
  ...process.argv.slice(2),
]);
