/** @file Opens the store that the settings name: a folder, or an S3 bucket. */
import type { FileStore } from './file-store.ts';
import { openLocalStore } from './local-store.ts';
import { openS3Store, type S3Place } from './s3-store.ts';

/** Where image files are. */
export type StoragePlace = { readonly folder: string } | S3Place;

/** Open the store. */
export function openStore(
  place: StoragePlace,
  options: { readonly mayMake?: boolean } = {},
): Promise<FileStore> {
  return 'folder' in place ? openLocalStore(place.folder, options) : openS3Store(place);
}
