/** @file Runs command lines in process, with streams that remember. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { CommandTable } from '../src/command-table.ts';
import type { Io } from '../src/io.ts';
import { main } from '../src/main.ts';

/** What a command line did. */
export interface CliRun {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Run one command line; the clock stands still unless `elapsedMs` says otherwise. */
export async function runCli(
  argv: readonly string[],
  options: {
    readonly table?: CommandTable;
    readonly isTerminal?: boolean;
    readonly elapsedMs?: () => number;
    readonly signal?: AbortSignal;
    /** Hears what is written to stdout while the command runs. */
    readonly onWrite?: (text: string) => void;
  } = {},
): Promise<CliRun> {
  const {
    isTerminal = false,
    elapsedMs = () => 0,
    signal = new AbortController().signal,
  } = options;
  let [out, err] = ['', ''];
  const io: Io = {
    stdout: {
      write(text) {
        out += text;
        options.onWrite?.(text);
      },
      isTerminal,
      hasColour: false,
      columns: isTerminal ? 100 : undefined,
    },
    stderr: {
      write(text) {
        err += text;
      },
      isTerminal,
      hasColour: false,
      columns: undefined,
    },
    interrupt: { signal, hold: () => () => {} },
    elapsedMs,
    now: () => new Date('2026-01-02T03:04:05Z'),
  };
  const code = await (options.table === undefined ? main(argv, io) : main(argv, io, options.table));
  return { code, out, err };
}

/** Make a folder for one test; call `remove` when it is done. */
export function temporaryFolder(): { readonly at: (...parts: string[]) => string; remove(): void } {
  const root = mkdtempSync(path.join(tmpdir(), 'leukoscope-cli-'));
  return {
    at: (...parts) => path.join(root, ...parts),
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}
