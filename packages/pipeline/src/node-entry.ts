/** @file `@leukoscope/pipeline/node`: models from files. */
export {
  type DescribeModelOptions,
  describeModel,
  type FoundModel,
  type OpenModelOptions,
  openModel,
  shippedModels,
  weightsFile,
} from './open-model-node.ts';
