/** @file The command line as a function: arguments and streams in, exit code out. */
import { readFile } from 'node:fs/promises';
import { type CommandTable, commandTable, groups } from './command-table.ts';
import type { Command, CommandContext, CommandResult } from './framework/command.ts';
import { commandHelp, commandList, exitCodes } from './framework/help-text.ts';
import { type ParsedInput, parseInput } from './framework/parse-input.ts';
import { createProgress, silentProgress } from './framework/progress.ts';
import { causesOf, reportOf } from './framework/report-error.ts';
import { createStyle, type Style } from './framework/style.ts';
import { suggest } from './framework/suggest.ts';
import { UsageError } from './framework/usage-error.ts';
import type { Io } from './io.ts';

/** Run one command line; never throws. */
export async function main(
  argv: readonly string[],
  io: Io,
  table: CommandTable = commandTable,
): Promise<number> {
  const isAsked = (...flags: string[]) => argv.some((word) => flags.includes(word));
  try {
    const code = await dispatch(argv, io, table);
    return code;
  } catch (error) {
    const { code, message, exitCode } = reportOf(error);
    const style = createStyle(io.stderr.hasColour);
    const isVerbose = isAsked('--verbose', '-v');
    if (isAsked('--json')) io.stdout.write(`${JSON.stringify({ error: { code, message } })}\n`);
    const shownCode = isVerbose ? ` ${style.dim(`[${code}]`)}` : '';
    io.stderr.write(`${style.red('error:')} ${message}${shownCode}\n`);
    if (isVerbose && exitCode === 2) {
      for (const line of causesOf(error)) io.stderr.write(`${style.dim(line)}\n`);
    }
    if (exitCode === 1) {
      const words = wordsOf(argv, table);
      const about = words === undefined ? '' : ` ${words}`;
      io.stderr.write(`${style.dim(`See leukoscope${about} --help.`)}\n`);
    }
    return exitCode;
  }
}

async function dispatch(argv: readonly string[], io: Io, table: CommandTable): Promise<number> {
  const style = createStyle(io.stdout.hasColour);
  // `leukoscope --json dataset stats` means the same as `leukoscope dataset stats --json`.
  const first = argv.findIndex((word) => !word.startsWith('-'));
  const leading = first < 0 ? argv : argv.slice(0, first);
  const rest = first < 0 ? [] : argv.slice(first);
  if (rest.length === 0 || rest[0] === 'help') {
    if (leading.some((word) => word === '--version' || word === '-V')) {
      io.stdout.write(`${await version()}\n`);
      return 0;
    }
    const stray = leading.find(
      (word) => !['--help', '-h', '--quiet', '-q', '--verbose', '-v', '--json'].includes(word),
    );
    if (stray !== undefined) {
      throw new UsageError(`leukoscope must be told a command first. Received ${stray}.`);
    }
    if (rest.length > 1) return dispatch([...rest.slice(1), '--help'], io, table);
    io.stdout.write(rootHelp(table, style, io.stdout.columns));
    return 0;
  }
  const words = wordsOf(rest, table);
  if (words === undefined) return showGroup(rest, io, table, style);
  const { command } = await table[words]!.load();
  const input = parseInput(command, [...rest.slice(words.split(' ').length), ...leading]);
  if (input.common.help) {
    io.stdout.write(commandHelp(command, style, io.stdout.columns));
    return 0;
  }
  const result = await command.run(input, contextOf(argv, io, input));
  io.stdout.write(render(result, input, style, io));
  if (result.isInterrupted === true) return 130;
  return (result.failures ?? 0) > 0 ? 2 : 0;
}

/** Return the words of the command that the arguments begin with. */
function wordsOf(argv: readonly string[], table: CommandTable): string | undefined {
  const words = argv.filter((word) => !word.startsWith('-'));
  for (const count of [2, 1]) {
    const name = words.slice(0, count).join(' ');
    if (words.length >= count && Object.hasOwn(table, name)) return name;
  }
  return undefined;
}

/** `leukoscope dataset`: the list of its commands; anything else is a mistake. */
function showGroup(words: readonly string[], io: Io, table: CommandTable, style: Style): number {
  const [group = '', word] = words;
  const inGroup = Object.keys(table).filter((name) => name.startsWith(`${group} `));
  if (inGroup.length === 0) {
    const heads = [...new Set(Object.keys(table).map((name) => name.split(' ')[0]!))];
    // Somebody who types `leukoscope stats` means `leukoscope dataset stats`.
    const whole = Object.keys(table).find((name) => name.split(' ')[1] === group);
    const near = whole ?? suggest(group, heads);
    const cure = near === undefined ? '' : ` Did you mean "leukoscope ${near}"?`;
    throw new UsageError(`leukoscope has no command "${group}".${cure}`);
  }
  if (word !== undefined && !word.startsWith('-')) {
    const near = suggest(
      word,
      inGroup.map((name) => name.split(' ')[1]!),
    );
    const cure = near === undefined ? '' : ` Did you mean "leukoscope ${group} ${near}"?`;
    throw new UsageError(`leukoscope ${group} has no command "${word}".${cure}`);
  }
  const rows = inGroup
    .filter((name) => table[name]!.isAlias !== true)
    .map((name) => [name, table[name]!.summary] as const);
  io.stdout.write(
    `${style.bold('Usage')}  leukoscope ${group} COMMAND [options]\n\n${commandList('Commands', rows, style, io.stdout.columns)}\nHelp and examples of each: leukoscope ${group} COMMAND --help\n`,
  );
  return 0;
}

function rootHelp(table: CommandTable, style: Style, columns: number | undefined): string {
  const lists = groups.map(({ heading, words }) => {
    const rows = Object.entries(table)
      .filter(([name, { isAlias }]) => words.includes(name.split(' ')[0]!) && isAlias !== true)
      .map(([name, { summary }]) => [name, summary] as const);
    return rows.length === 0 ? '' : `${commandList(heading, rows, style, columns)}\n`;
  });
  return [
    `${style.bold('leukoscope')}: find, outline, name and count white blood cells in pictures of smears.`,
    style.dim('For research use only, not for diagnosis.'),
    '',
    `${style.bold('Usage')}  leukoscope COMMAND [options]`,
    '',
    `${lists.join('')}Help and examples of each: leukoscope COMMAND --help. Version: leukoscope --version`,
    `Exit codes: ${exitCodes.map(([code, text]) => `${code} ${text.split(/[;(]/)[0]!.trim()}`).join(', ')}`,
    '',
  ].join('\n');
}

function contextOf(argv: readonly string[], io: Io, input: ParsedInput): CommandContext {
  const { json, quiet, verbose } = input.common;
  const isSilent = json || quiet;
  const style = createStyle(io.stderr.hasColour);
  return {
    io,
    signal: io.interrupt.signal,
    style,
    isVerbose: verbose,
    commandLine: ['leukoscope', ...argv].map(shellQuoted).join(' '),
    progress: (label, total, from = 0) =>
      isSilent
        ? silentProgress
        : createProgress(label, total, {
            stream: io.stderr,
            elapsedMs: () => io.elapsedMs(),
            from,
          }),
    note: (text) => {
      if (!isSilent) io.stderr.write(`${style.dim(text)}\n`);
    },
    warn: (text) => {
      if (!isSilent) io.stderr.write(`${style.yellow('note:')} ${text}\n`);
    },
  };
}

function render(result: CommandResult, input: ParsedInput, style: Style, io: Io): string {
  if (input.common.json) return `${JSON.stringify(result.json, null, 2)}\n`;
  return `${result.text(style, io.stdout.columns).trimEnd()}\n`;
}

function shellQuoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

async function version(): Promise<string> {
  const text = await readFile(new URL('../package.json', import.meta.url), 'utf8');
  return `leukoscope ${parseVersion(JSON.parse(text))}`;
}

function parseVersion(manifest: { readonly version?: unknown }): string {
  return String(manifest.version);
}

/** The type of what the table's files export. */
export type { Command };
