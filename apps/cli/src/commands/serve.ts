/** @file `leukoscope serve`: the workbench in the browser. */
import { defineCommand } from '../framework/command.ts';
import { dataOption, workersOption } from '../server/server-settings.ts';

/** The command. */
export const command = defineCommand({
  words: 'serve',
  description: [
    'Serves the workbench: upload smears, let them be analysed, review, sign and report them in the browser. Everything is kept in one folder on this machine, which alone can reach it, and there is no sign-in; docs/guide-server.md says how to serve several people.',
    'The first start in an empty folder makes a demonstration case of drawn cells (LEUKOSCOPE_DEMO=0: none). For research use only.',
  ],
  operands: [],
  options: {
    port: {
      kind: 'number',
      value: 'N',
      isWhole: true,
      least: 0,
      most: 65_535,
      help: 'where to listen; 0 takes any free port (LEUKOSCOPE_PORT; default: 8642)',
    },
    host: {
      kind: 'text',
      value: 'NAME',
      help: 'address to listen on (LEUKOSCOPE_HOST; default: 127.0.0.1); others than this machine need LEUKOSCOPE_MODE=accounts',
    },
    ...dataOption,
    ...workersOption,
    noOpen: { kind: 'flag', help: 'do not open a browser' },
  },
  examples: [
    { command: 'serve', does: 'start, and open the browser' },
    { command: 'serve --port 9000 --data /srv/smears --no-open', does: 'elsewhere' },
    {
      command: 'serve --workers 0',
      does: 'analyse nothing here: others do it (leukoscope worker)',
    },
  ],
  run: async (input, context) => (await import('../server/run-serve.ts')).runServe(input, context),
});
