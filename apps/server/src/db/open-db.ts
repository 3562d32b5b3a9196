/** @file Opens the database that the settings name: a PostgreSQL URL, or a folder for the embedded one. */
import type { Database } from './database.ts';
import { openPglite } from './open-pglite.ts';
import { openPostgres } from './open-postgres.ts';

/** Where the database is. */
export type DatabasePlace = { readonly url: string } | { readonly folder: string };

/** Open and migrate the database. */
export function openDb(
  place: DatabasePlace,
  options: { onFault?: (error: Error) => void; mayMake?: boolean } = {},
): Promise<Database> {
  return 'url' in place ? openPostgres(place.url, options) : openPglite(place.folder, options);
}
