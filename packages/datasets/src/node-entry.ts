/** @file `@leukoscope/datasets/node`: what needs a file system. */
export { openFolder, writeFolder } from './sources/open-folder-node.ts';
export type {
  LoadedBatch,
  LoadedSample,
  LoaderItem,
  LoaderPosition,
  LoadFailure,
  SampleLoaderOptions,
  SampleSource,
} from './loading/loader-types.ts';
export { createSampleLoader, datasetSource } from './loading/sample-loader-node.ts';
