/** @file `@leukoscope/pipeline/node`: models from files. */
export { type OpenModelOptions, openModel } from './model/open-model-node.ts';
