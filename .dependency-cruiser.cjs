/** @file The layer rules of docs/architecture.md, held by `npm run check:layers`. */

/** What each package may import besides itself, core and third parties. Layers go one way. */
const allowed = {
  core: [],
  image: ['core'],
  nn: ['core'],
  metrics: ['core'],
  contract: ['core'],
  client: ['core', 'contract'],
  models: ['core', 'image', 'nn'],
  datasets: ['core', 'image'],
  pipeline: ['core', 'image', 'nn', 'models'],
  training: ['core', 'image', 'nn', 'models', 'datasets', 'metrics', 'pipeline'],
  analysis: ['core', 'image'],
};

const tests = '\\.test\\.tsx?$|/test/';

const layerRules = Object.entries(allowed).map(([name, others]) => ({
  name: `layers-${name}`,
  comment: `packages/${name} may import only: ${[name, ...others].join(', ')}`,
  severity: 'error',
  from: { path: `^packages/${name}/`, pathNot: tests },
  to: { path: '^(packages|apps)/', pathNot: `^packages/(${[name, ...others].join('|')})/` },
}));

module.exports = {
  forbidden: [
    ...layerRules,
    {
      name: 'layers-web',
      comment: 'The web application never imports the server or anything that trains.',
      severity: 'error',
      from: { path: '^apps/web/src/', pathNot: tests },
      to: {
        path: '^(packages|apps)/',
        pathNot: '^(apps/web|packages/(core|image|contract|client|analysis))/',
      },
    },
    {
      name: 'state-and-viewer-without-react',
      comment: 'What pages know and draw is plain TypeScript; React only shows it.',
      severity: 'error',
      from: { path: '^apps/web/src/(state|viewer)/' },
      to: { path: 'node_modules/(react|react-dom|wouter)/' },
    },
    {
      name: 'features-apart',
      comment:
        'A page imports another only as a part of the case that both show. What several need lives in ' +
        'state or components. The case and the shell compose pages; uploads stand wherever files are taken.',
      severity: 'error',
      from: {
        path: '^apps/web/src/features/([^/]+)/',
        pathNot: '^apps/web/src/features/(case|shell)/',
      },
      to: {
        path: '^apps/web/src/features/',
        pathNot: '^apps/web/src/features/($1|case|uploads)/',
      },
    },
    {
      name: 'no-cycles',
      comment: 'A cycle means that two files cannot be read one after the other.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'packages-by-name',
      comment:
        'Between packages only by package name, never by a deep or relative path. Tests share the test harness.',
      severity: 'error',
      from: { path: '^(packages|apps)/([^/]+)/', pathNot: tests },
      to: {
        path: '^(packages|apps)/',
        pathNot: ['^$1/$2/', '/src/index\\.ts$', '/src/[a-z-]+-entry\\.ts$'],
      },
    },
    {
      name: 'tests-by-name-or-harness',
      comment: 'Tests reach other packages by name too, and what they share in a folder test/.',
      severity: 'error',
      from: { path: `^(packages|apps)/([^/]+)/.*(${tests})` },
      to: {
        path: '^(packages|apps)/',
        pathNot: [
          '^$1/$2/',
          '/src/index\\.ts$',
          '/src/[a-z-]+-entry\\.ts$',
          '^packages/[^/]+/test/',
        ],
      },
    },
    {
      name: 'server-folders',
      comment:
        'Inside the server work goes one way: routes and jobs call services, and nothing calls them but what starts ' +
        'the process; child processes are started by any of them and know none.',
      severity: 'error',
      from: {
        path: '^apps/server/src/(services|http|hosts|models|auth|ledger|db)/',
        pathNot: tests,
      },
      to: { path: '^apps/server/src/(jobs|routes)/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'server-services-without-http',
      severity: 'error',
      from: {
        path: '^apps/server/src/(services|jobs|models|exports|images|auth)/',
        pathNot: tests,
      },
      to: { path: '^apps/server/src/http/' },
    },
    {
      name: 'server-process-reads-no-networks-and-pictures',
      comment: 'What is said to child processes stands apart from what they do.',
      severity: 'error',
      from: { path: '^apps/server/src/start-server\\.ts$' },
      to: { path: '^packages/(pipeline|models|nn|image)/', reachable: true },
    },
    {
      name: 'onnxruntime-only-in-runtime',
      severity: 'error',
      from: { pathNot: '^packages/nn/src/runtime/|^bench/' },
      to: { path: 'node_modules/onnxruntime' },
    },
    {
      name: 'builtins-only-in-node-files',
      comment: 'Everything else must run in a browser: name the file *-node.ts.',
      severity: 'error',
      from: { path: '^packages/', pathNot: `-node\\.ts$|${tests}` },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'scripts-by-name',
      comment:
        'Scripts, benchmarks, examples and experiments use packages as anybody does: by name. The table of ops is ' +
        'written from the inside of a graph.',
      severity: 'error',
      from: { path: '^(scripts|bench|examples|experiments)/', pathNot: '^scripts/op-table-page' },
      to: {
        path: '^(packages|apps)/',
        pathNot: ['/src/index\\.ts$', '/src/[a-z-]+-entry\\.ts$', '/test/'],
      },
    },
    {
      name: 'no-unresolved',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/' },
    parser: 'swc',
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['@leukoscope/source', 'import', 'node', 'default'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.cjs', '.json'],
    },
    moduleSystems: ['es6', 'cjs'],
  },
};
