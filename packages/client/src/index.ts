/** @file The typed client of the Leukoscope server, for browsers, Node and other programs. */
export { ApiError } from './api-error.ts';
export {
  addressOf,
  type CallOptions,
  type Client,
  type ClientOptions,
  createClient,
  type JsonEndpointName,
} from './create-client.ts';
export { type SendOptions, type UploadFileOptions, uploadFile } from './upload-file.ts';
export { type UploadModelOptions, uploadModel } from './upload-model.ts';
