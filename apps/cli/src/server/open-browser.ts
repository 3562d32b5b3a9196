/** @file Opens a page in the browser of the person in front of this machine, if there is one. */
import { spawn } from 'node:child_process';

type Environment = Readonly<Record<string, string | undefined>>;

/** Return the program and arguments that open a page; undefined where nobody would see it. */
export function browserCommand(
  page: string,
  environment: Environment,
  platform: NodeJS.Platform = process.platform,
): readonly [string, ...string[]] | undefined {
  // Over SSH the browser would open on the machine far away.
  if (environment['SSH_CONNECTION'] !== undefined) return undefined;
  if (platform === 'darwin') return ['open', page];
  // `start` is a word of cmd; its first quoted argument would be the window's title.
  if (platform === 'win32') return ['cmd', '/c', 'start', '""', page];
  const hasDisplay = [environment['DISPLAY'], environment['WAYLAND_DISPLAY']].some(
    (display) => display !== undefined && display !== '',
  );
  return hasDisplay ? ['xdg-open', page] : undefined;
}

/** Open a page; where that does not work, the printed address is enough. */
export function openBrowser(page: string, environment: Environment): void {
  const command = browserCommand(page, environment);
  if (command === undefined) return;
  const [program, ...args] = command;
  const child = spawn(program, args, { stdio: 'ignore', detached: true });
  child.on('error', () => {});
  child.unref();
}
