/** @file What services work with. Made once per process; tests make it with their own clock and folders. */
import type { OidcClient } from './auth/oidc-client.ts';
import type { Database } from './db/database.ts';
import type { ExportHost } from './exports/export-host.ts';
import type { FairLine } from './fair-line.ts';
import type { CropCutter } from './images/crop-cutter.ts';
import type { ImageHost } from './images/image-host.ts';
import type { PictureHost } from './images/picture-host.ts';
import type { TileCache } from './images/tile-cache.ts';
import type { JobQueue } from './jobs/job-queue.ts';
import type { ModelShelf } from './models/model-shelf.ts';
import type { KeyRing } from './ledger/key-ring.ts';
import type { Limits } from './settings.ts';
import type { FileStore } from './storage/file-store.ts';

/** What services work with. */
export interface Context {
  readonly db: Database;
  /** What seals histories. */
  readonly keys: KeyRing;
  readonly store: FileStore;
  readonly queue: JobQueue;
  readonly images: ImageHost;
  readonly pictures: PictureHost;
  readonly crops: CropCutter;
  readonly tiles: TileCache;
  readonly exports: ExportHost;
  /** Where people wait for long lists. */
  readonly longLists: FairLine;
  readonly models: ModelShelf;
  /** The organisation's sign-in provider, if there is one. */
  readonly provider: OidcClient | undefined;
  readonly clock: () => Date;
  readonly limits: Limits;
  /** What was seen in pictures that are learnt from, and candidates that are being made. */
  readonly learningFolder: string;
  /** Where unfinished uploads lie. */
  readonly uploadsFolder: string;
  /** People sign in, or there is one person on this machine. */
  readonly mode: 'local' | 'accounts';
}
