/** @file `@leukoscope/nn/runtime` in Node: running models, and files of checkpoints. */
export type { Provider, SessionOptions, TensorMap } from './runtime/host.ts';
export { type HostKind, openRuntime, type RuntimeOptions } from './runtime/open-runtime-node.ts';
export type { Runtime, Session } from './runtime/runtime.ts';
export {
  loadCheckpoint,
  saveCheckpoint,
  writeFileAtomically,
} from './train/checkpoint-file-node.ts';
