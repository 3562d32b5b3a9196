/**
 * @file Arguments -> typed input of a command. `parseArgs` of Node splits them; meaning and messages are
 * ours, since its own errors name no neighbours.
 */
import { type ParseArgsConfig, parseArgs } from 'node:util';
import {
  type Command,
  commonOptions,
  type Input,
  type OptionSpec,
  type OptionSpecs,
  type OptionValues,
} from './command.ts';
import { suggest } from './suggest.ts';
import { UsageError } from './usage-error.ts';

/** Checked input with the options that every command has. */
export interface ParsedInput extends Input<OptionSpecs> {
  readonly common: Readonly<Record<keyof typeof commonOptions, boolean>>;
}

/** Check the arguments after a command's words. */
export function parseInput(command: Command, argv: readonly string[]): ParsedInput {
  const specs: OptionSpecs = { ...command.options, ...commonOptions };
  const byFlag = new Map(
    Object.entries(specs).map(([name, spec]) => [flagOf(name), { name, spec }]),
  );
  const given = new Map<string, string[]>();
  const operands: string[] = [];
  const { tokens } = parseArgs({
    args: [...argv],
    options: parserOptions(specs),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  for (const token of tokens ?? []) {
    if (token.kind === 'positional') operands.push(token.value);
    if (token.kind !== 'option') continue;
    const option = byFlag.get(token.name);
    if (option === undefined) throw unknownOption(token.rawName, command, [...byFlag.keys()]);
    const value = checkPresence(
      token.rawName,
      option.spec,
      token.value,
      token.inlineValue === true,
    );
    given.set(option.name, [...(given.get(option.name) ?? []), value]);
  }
  const common = {
    json: given.has('json'),
    quiet: given.has('quiet'),
    verbose: given.has('verbose'),
    help: given.has('help'),
  };
  // Somebody who asks for help need not have the rest right.
  if (common.help) return { operands, options: {}, common };
  checkOperands(command, operands);
  const options = parseOptions(command, given);
  return { operands, options, common };
}

function parseOptions(
  command: Command,
  given: ReadonlyMap<string, readonly string[]>,
): OptionValues<OptionSpecs> {
  return Object.fromEntries(
    Object.entries(command.options).map(([name, spec]) => [
      name,
      readOption(flagOf(name), spec, given.get(name) ?? [], command),
    ]),
  ) as OptionValues<OptionSpecs>;
}

/** Return a name as it is typed, without dashes: `maxDistance` is `max-distance`. */
export function flagOf(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function parserOptions(specs: OptionSpecs): NonNullable<ParseArgsConfig['options']> {
  return Object.fromEntries(
    Object.entries(specs).map(([name, spec]) => [
      flagOf(name),
      {
        type: spec.kind === 'flag' ? ('boolean' as const) : ('string' as const),
        multiple: true,
        ...('short' in spec && spec.short !== undefined ? { short: spec.short } : {}),
      },
    ]),
  );
}

function checkPresence(
  shown: string,
  spec: OptionSpec,
  value: string | undefined,
  isInline: boolean,
): string {
  if (spec.kind === 'flag') {
    if (value === undefined) return '';
    throw new UsageError(`${shown} must stand alone. Received the value ${quoted(value)}.`);
  }
  const isNumber = spec.kind === 'number' && /^-[\d.]/.test(value ?? '');
  if (value === undefined || (!isInline && !isNumber && /^-./.test(value))) {
    const received = value === undefined ? 'none' : `${value}, which is an option`;
    throw new UsageError(
      `${shown} must have a value, ${placeholderOf(spec)}. Received ${received}.`,
    );
  }
  return value;
}

/** Write how a value looks in help. */
export function placeholderOf(spec: OptionSpec): string {
  if (spec.kind === 'flag') return '';
  if (spec.kind !== 'choice' && spec.kind !== 'choices') return spec.value;
  const joined = spec.choices.join('|');
  return joined.length <= 34 ? joined : 'NAME';
}

function readOption(
  flag: string,
  spec: OptionSpec,
  given: readonly string[],
  command: Command,
): unknown {
  if (spec.kind === 'flag') return given.length > 0;
  if (spec.kind === 'texts') return given;
  if ('isRequired' in spec && given.length === 0) {
    throw new UsageError(
      `leukoscope ${command.words} must be told --${flag} ${placeholderOf(spec)}: ${spec.help}.`,
    );
  }
  if (spec.kind === 'choices') {
    return given
      .flatMap((list) => list.split(','))
      .map((text) => checkChoice(flag, spec.choices, text.trim()));
  }
  const last = given.at(-1);
  if (given.length > 1) {
    throw new UsageError(`--${flag} must be given once. Received ${given.map(quoted).join(', ')}.`);
  }
  if (last === undefined) return 'default' in spec ? spec.default : undefined;
  if (spec.kind === 'choice') return checkChoice(flag, spec.choices, last);
  if (spec.kind === 'number') return checkNumber(flag, spec, last);
  if (last === '') throw new UsageError(`--${flag} must not be empty.`);
  return last;
}

function checkChoice(flag: string, choices: readonly string[], text: string): string {
  if (choices.includes(text)) return text;
  const near = suggest(text.toLowerCase(), choices);
  const cure = near === undefined ? '' : ` Did you mean ${near}?`;
  throw new UsageError(
    `--${flag} must be one of ${choices.join(', ')}. Received ${quoted(text)}.${cure}`,
  );
}

function checkNumber(
  flag: string,
  spec: Extract<OptionSpec, { kind: 'number' }>,
  text: string,
): number {
  const { least = -Infinity, most = Infinity, isWhole = false } = spec;
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (
    value >= least &&
    value <= most &&
    Number.isFinite(value) &&
    (!isWhole || Number.isInteger(value))
  )
    return value;
  const kind = isWhole ? 'a whole number' : 'a number';
  const range =
    least === -Infinity && most === Infinity
      ? ''
      : most === Infinity
        ? ` of at least ${least}`
        : ` from ${least} to ${most}`;
  throw new UsageError(`--${flag} must be ${kind}${range}. Received ${quoted(text)}.`);
}

function checkOperands({ operands: specs, words }: Command, given: readonly string[]): void {
  const least = specs.reduce((sum, spec) => sum + (spec.least ?? 1), 0);
  const most = specs.reduce((sum, spec) => sum + (spec.most ?? 1), 0);
  if (given.includes('')) throw new UsageError('A path must not be empty. Received an empty one.');
  if (given.length < least) {
    const named = specs.flatMap(({ name, least: own = 1 }) => new Array<string>(own).fill(name));
    const missing = named.slice(given.length).join(' and ');
    const received = given.length === 0 ? '' : ` Received only ${given.map(quoted).join(', ')}.`;
    throw new UsageError(`leukoscope ${words} must be told ${missing}.${received}`);
  }
  if (given.length > most) {
    const extra = given.slice(most).map(quoted).join(', ');
    throw new UsageError(
      `leukoscope ${words} must be given ${most === 0 ? 'no path' : most === 1 ? 'one path' : `${most} paths`}. Received ${extra} as well.`,
    );
  }
}

function unknownOption(shown: string, command: Command, flags: readonly string[]): UsageError {
  const near = suggest(shown.replace(/^-+/, ''), flags);
  const cure = near === undefined ? '' : ` Did you mean --${near}?`;
  return new UsageError(`leukoscope ${command.words} has no option ${shown}.${cure}`);
}

function quoted(text: string): string {
  return JSON.stringify(text);
}
