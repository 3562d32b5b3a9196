/** @file Test runner: fast tests by default, `LEUKOSCOPE_TESTS=slow` for those named *.slow.test.ts. */
import { defineConfig } from 'vitest/config';
import { ClosingLineReporter } from './scripts/closing-line-reporter.ts';

const slow = process.env['LEUKOSCOPE_TESTS'] === 'slow';
// `import` and `require` are added by whoever resolves. Vitest passes these on to Node as they are, where
// a forced `import` breaks packages that are required (pg).
const conditions = ['@leukoscope/source', 'node', 'default'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: slow
      ? ['{packages,apps}/*/{src,test}/**/*.slow.test.{ts,tsx}', 'examples/**/*.slow.test.ts']
      : ['{packages,apps,scripts}/**/*.test.{ts,tsx}', 'examples/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**', ...(slow ? [] : ['**/*.slow.test.*'])],
    reporters: ['default', new ClosingLineReporter()],
    pool: 'forks',
    maxWorkers: 2,
    execArgv: ['--conditions=@leukoscope/source'],
    testTimeout: slow ? 600_000 : 30_000,
    // Databases, browsers and bundles start in hooks; a loaded machine takes its time.
    hookTimeout: 120_000,
    // A leaked session or worker must fail loudly instead of hanging the run.
    teardownTimeout: 10_000,
  },
});
