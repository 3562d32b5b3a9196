/** @file The tables in the order in which they can be filled: none before one that it refers to. */

/** Every table that holds something worth keeping. Sessions and links are not: people sign in again. */
export const backedUpTables = [
  'users',
  'second_factors',
  'api_keys',
  'site',
  'cases',
  'fields',
  'cells',
  'history',
  'comments',
  'signatures',
  'versions',
  'comparisons',
  'comparison_fields',
  'teaching_rounds',
  'jobs',
  'learnings',
  'model_choice',
  'trail',
  'ledger',
  'ledger_heads',
] as const;

/** The name of such a table. */
export type TableName = (typeof backedUpTables)[number];

/** Tables that are younger than the form of backups: those from before them, and no others, come without. */
export const laterTables: ReadonlySet<TableName> = new Set([
  'second_factors',
  'teaching_rounds',
  'learnings',
  'model_choice',
]);
