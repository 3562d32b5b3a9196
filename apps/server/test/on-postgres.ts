/**
 * @file Which of the server's fast tests run on PostgreSQL too: those of what a database does in its own way. The
 * others ask what is made of rows, and would ask it twice. Slow tests run on both, as before.
 */

/** By their names, without `.test.ts`. */
export const onPostgres = [
  // Locks, and who comes first.
  'case-facts',
  'jobs',
  'passkey',
  'provider',
  'review',
  'review-again',
  'second-factor',
  'signers',
  'signing',
  'uploads-of-others',
  // Transactions that are broken off, several processes, notifications.
  'comparisons',
  'kill',
  'learning',
  'sessions',
  // Triggers, canonical text of what was stored, histories and their seals, backup and restore.
  'ledger',
  'sign-off',
  'tampering',
  // Order and search of text, ranges of numbers and dates, words of the database's own errors.
  'log',
  'odd-requests',
  'server',
] as const;
