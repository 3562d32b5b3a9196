/** The same of what takes long, on a database that is made anew (docs/security.md). */
import { expectPrivate, watchedTest } from './expect-private.ts';

watchedTest(
  'a new database, checks, backups, data sets, measuring and a whole training tell nobody',
  {
    timeout: 590_000,
  },
  ({ signal }) => expectPrivate(['all'], { signal }),
);
