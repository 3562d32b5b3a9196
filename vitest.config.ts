/**
 * @file Test runner: fast tests by default, `LEUKOSCOPE_TESTS=slow` for those named *.slow.test.ts.
 *
 * `LEUKOSCOPE_TEST_DATABASES=all` (set by `npm test`) runs the server's tests on PostgreSQL as well, where one
 * is installed; otherwise they run on the embedded database only.
 */
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { findPostgres } from './apps/server/test/find-postgres.ts';
import { onPostgres } from './apps/server/test/on-postgres.ts';
import { ClosingLineReporter } from './scripts/closing-line-reporter.ts';

// Tests may load ONNX Runtime past the place that turns its telemetry off; their processes inherit this.
process.env['ORT_DISABLE_TELEMETRY'] = '1';
// Servers under test start processes of their own by the hundred, each of hundreds of files: compiled once, they
// start in half the time.
process.env['NODE_COMPILE_CACHE'] ??= fileURLToPath(
  new URL('./node_modules/.cache/leukoscope-tests', import.meta.url),
);

const slow = process.env['LEUKOSCOPE_TESTS'] === 'slow';
// `import` and `require` are added by whoever resolves. Vitest passes these on to Node as they are, where
// a forced `import` breaks packages that are required (pg).
const conditions = ['@leukoscope/source', 'node', 'default'];

const include = slow
  ? ['{packages,apps}/*/{src,test}/**/*.slow.test.{ts,tsx}', 'examples/**/*.slow.test.ts']
  : ['{packages,apps,scripts}/**/*.test.{ts,tsx}', 'examples/**/*.test.ts'];
const exclude = ['**/node_modules/**', '**/dist/**', ...(slow ? [] : ['**/*.slow.test.*'])];
/** Change something of Node's own (a module, the time zone) that no other file may have read before. */
const alone = slow
  ? []
  : ['packages/nn/src/train/checkpoint-file-node.test.ts', 'apps/web/src/state/time-words.test.ts'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    reporters: ['default', new ClosingLineReporter()],
    pool: 'forks',
    maxWorkers: 2,
    // Files run one after the other in a process that has read the modules, and compiled the database's WebAssembly, once:
    // that is half of the time of most fast ones. None keeps anything that a later one would see, or leaves a stub behind.
    isolate: slow,
    execArgv: ['--conditions=@leukoscope/source'],
    testTimeout: slow ? 600_000 : 30_000,
    // Databases, browsers and bundles start in hooks; a loaded machine takes its time.
    hookTimeout: 120_000,
    // A leaked session or worker must fail loudly instead of hanging the run.
    teardownTimeout: 10_000,
    // A project's lists are joined with those above.
    projects: [
      { extends: true as const, test: { name: 'alone', isolate: true, include: alone, exclude } },
      {
        extends: true as const,
        test: { name: 'embedded', include, exclude: [...exclude, ...alone] },
      },
      ...(process.env['LEUKOSCOPE_TEST_DATABASES'] === 'all' ? await postgresProject() : []),
    ],
  },
});

/** Those of the server's tests that a database may change, once more, on a PostgreSQL that is started for them. */
async function postgresProject() {
  if (findPostgres() === undefined) {
    console.warn(
      'SKIPPED: the server on PostgreSQL, which is not installed (Debian: apt-get install postgresql).',
    );
    return [];
  }
  const port = await freePort();
  return [
    {
      extends: true as const,
      test: {
        name: 'postgres',
        include: slow
          ? ['apps/server/test/*.slow.test.ts']
          : onPostgres.map((name) => `apps/server/test/${name}.test.ts`),
        // Of the embedded database.
        exclude: [...exclude, 'apps/server/test/disk-full*.test.ts'],
        env: { LEUKOSCOPE_TEST_POSTGRES: `postgres://leukoscope@127.0.0.1:${port}/postgres` },
        globalSetup: 'apps/server/test/start-postgres.ts',
      },
    },
  ];
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        resolve(typeof address === 'object' && address !== null ? address.port : 0),
      );
    });
  });
}
