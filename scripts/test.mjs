/**
 * @file `npm test`: installs if needed, then runs every fast test (`--slow`: the slow ones instead), those of
 * the server also on PostgreSQL where one is installed.
 */
import { ensureInstalled, runNode } from './runtime.mjs';

ensureInstalled();
const args = process.argv.slice(2);
const slow = args.includes('--slow');
const rest = args.filter((arg) => arg !== '--slow');
process.exitCode = await runNode(['node_modules/vitest/vitest.mjs', 'run', ...rest], {
  LEUKOSCOPE_TESTS: slow ? 'slow' : 'fast',
  LEUKOSCOPE_TEST_DATABASES: 'all',
});
