/** @file Options of the server's commands: each stands for one setting, and goes before the environment. */
import type { OptionSpecs } from '../framework/command.ts';

/** Where the data are. */
export const dataOption = {
  data: {
    kind: 'text',
    value: 'DIR',
    help: 'data folder: database, images, unfinished uploads (LEUKOSCOPE_DATA; default: ~/.leukoscope)',
  },
} as const satisfies OptionSpecs;

/** The keys of a backup. */
export const keyOption = {
  key: {
    kind: 'text',
    value: 'FILE',
    help: 'key file of the data folder that was backed up, when the new one does not have it',
  },
} as const satisfies OptionSpecs;

/** How many analyses run at once. */
export const workersOption = {
  workers: {
    kind: 'number',
    value: 'N',
    isWhole: true,
    least: 0,
    most: 64,
    help: 'analyses at the same time; 0 leaves them to workers (LEUKOSCOPE_WORKERS; default: 1)',
  },
} as const satisfies OptionSpecs;

/** Checked options; undefined: as the environment says. */
export interface ServerOptions {
  readonly data?: string | undefined;
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  readonly workers?: number | undefined;
}

/** Name options as settings. */
export function toEnvironment(options: ServerOptions): Record<string, string> {
  const named = {
    LEUKOSCOPE_DATA: options.data,
    LEUKOSCOPE_HOST: options.host,
    LEUKOSCOPE_PORT: options.port,
    LEUKOSCOPE_WORKERS: options.workers,
  };
  return Object.fromEntries(
    Object.entries(named).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, String(value)]],
    ),
  );
}
