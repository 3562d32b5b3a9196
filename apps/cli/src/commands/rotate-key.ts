/** @file `leukoscope rotate-key`: a new key for the seals of histories. */
import { defineCommand } from '../framework/command.ts';
import { dataOption } from '../server/server-settings.ts';

/** The command. */
export const command = defineCommand({
  words: 'rotate-key',
  description: [
    'Adds a key to the key file (ledger.key in the data folder, or LEUKOSCOPE_KEY_FILE) and seals with it from now on. Earlier keys stay in the file, to check what they have sealed. With the embedded database, stop the server first; with PostgreSQL, give every server the new file.',
  ],
  operands: [],
  options: {
    ...dataOption,
    lost: {
      kind: 'flag',
      help: 'the key is lost for good: seal everything anew as it is; what was changed before cannot be told any more',
    },
  },
  examples: [{ command: 'rotate-key', does: 'a new key for ~/.leukoscope' }],
  run: async (input, context) =>
    (await import('../server/run-keep.ts')).runRotateKey(input, context),
});
