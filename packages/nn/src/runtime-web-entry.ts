/** @file `@leukoscope/nn/runtime` in browsers: running models in a web worker. */
export type { Provider, SessionOptions, TensorMap } from './runtime/host.ts';
export { openRuntime, type RuntimeOptions } from './runtime/open-runtime-web.ts';
export type { Runtime, Session } from './runtime/runtime.ts';
