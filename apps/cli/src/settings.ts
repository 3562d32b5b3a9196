/** @file The one place that reads the environment. */

/** What the environment says. */
export interface Settings {
  /** Undefined: decide by the stream. */
  readonly hasColour: boolean | undefined;
}

/** Read the environment: NO_COLOR (https://no-color.org), FORCE_COLOR, TERM. */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const isSet = (name: string) => (environment[name] ?? '') !== '';
  if (isSet('NO_COLOR') || environment['TERM'] === 'dumb') return { hasColour: false };
  if (isSet('FORCE_COLOR')) return { hasColour: environment['FORCE_COLOR'] !== '0' };
  return { hasColour: undefined };
}

/** Read the settings of this process. */
export function processSettings(): Settings {
  return readSettings(process.env);
}

/** The whole environment, for the server, which reads its own settings from it. */
export function processEnvironment(): Readonly<Record<string, string | undefined>> {
  return process.env;
}
