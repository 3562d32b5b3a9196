/** @file Help, written from the descriptions of commands. */
import { type Command, commonOptions, type OptionSpec, type OptionSpecs } from './command.ts';
import { flagOf, placeholderOf } from './parse-input.ts';
import type { Style } from './style.ts';
import { widthOf } from './style.ts';

const widest = 96;

/** Exit codes, as every help says them. */
export const exitCodes: readonly (readonly [number, string])[] = [
  [0, 'all is well'],
  [1, 'the command line is wrong'],
  [2, 'something failed; what could be done was done and the rest is listed'],
  [130, 'interrupted (Ctrl-C); no half-written files are left'],
];

/** Write the help of one command. */
export function commandHelp(command: Command, style: Style, columns: number | undefined): string {
  const width = Math.min(columns ?? widest, widest);
  const own = Object.entries(command.options);
  const parts = [
    `${style.bold('Usage')}  ${usageLine(command)}`,
    '',
    ...command.description.flatMap((paragraph) => [...wrap(paragraph, width), '']),
    ...section('Operands', operandRows(command), style, width),
    ...section(
      'Options',
      own.map(([name, spec]) => optionRow(name, spec)),
      style,
      width,
    ),
    ...section('Options of every command', rowsOf(commonOptions), style, width),
    style.bold('Examples'),
    ...command.examples.flatMap(({ command: line, does }) => [
      `  ${style.dim(`# ${does}`)}`,
      `  leukoscope ${line}`,
    ]),
    '',
    ...section(
      'Exit codes',
      exitCodes.map(([code, text]) => [String(code), text]),
      style,
      width,
    ),
  ];
  return `${parts.join('\n').trimEnd()}\n`;
}

/** Write a list of commands under a heading. */
export function commandList(
  heading: string,
  commands: readonly (readonly [words: string, summary: string])[],
  style: Style,
  columns: number | undefined,
): string {
  const width = Math.min(columns ?? widest, widest);
  return section(heading, commands, style, width).join('\n');
}

function usageLine({ words, operands }: Command): string {
  const named = operands.map(({ name, least = 1, most = 1 }) => {
    const shown = most > 1 ? `${name}...` : name;
    return least === 0 ? `[${shown}]` : shown;
  });
  return ['leukoscope', words, ...named, '[options]'].join(' ');
}

function operandRows({ operands }: Command): [string, string][] {
  return operands.map(({ name, help }) => [name, help]);
}

function rowsOf(options: OptionSpecs): [string, string][] {
  return Object.entries(options).map(([name, spec]) => optionRow(name, spec));
}

function optionRow(name: string, spec: OptionSpec): [string, string] {
  const short = 'short' in spec && spec.short !== undefined ? `-${spec.short}, ` : '';
  const placeholder = placeholderOf(spec);
  const notes = [
    ...('choices' in spec && placeholder === 'NAME' ? [`one of ${spec.choices.join(', ')}`] : []),
    ...(spec.kind === 'texts' ? ['may be repeated'] : []),
    ...(spec.kind === 'choices' ? ['several with commas'] : []),
    ...('isRequired' in spec ? ['required'] : []),
    ...('default' in spec ? [`default ${spec.default}`] : []),
  ];
  const help = notes.length === 0 ? spec.help : `${spec.help} (${notes.join('; ')})`;
  return [`${short}--${flagOf(name)}${placeholder === '' ? '' : ` ${placeholder}`}`, help];
}

function section(
  heading: string,
  rows: readonly (readonly [string, string])[],
  style: Style,
  width: number,
): string[] {
  if (rows.length === 0) return [];
  const left = Math.min(30, Math.max(...rows.map(([name]) => widthOf(name)))) + 4;
  const lines = rows.flatMap(([name, text]) => {
    const [first = '', ...rest] = wrap(text, Math.max(20, width - left));
    const indent = ' '.repeat(left);
    const start = `  ${name}`;
    return [
      // A long name takes a line of its own.
      ...(widthOf(start) + 2 > left ? [start, indent + first] : [start.padEnd(left) + first]),
      ...rest.map((line) => indent + line),
    ];
  });
  return [style.bold(heading), ...lines, ''];
}

/** Break a text into lines. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
