/** @file Options of commands that write. Light, unlike what does the writing. */

/** Options of commands that write. */
export const writeOptions = {
  force: { kind: 'flag', help: 'overwrite files that exist' },
} as const;
