/**
 * @file What a command is: its words, operands, options and examples as data (from which help is written
 * and input is checked), and what it does. The types of options follow from their descriptions.
 *
 * Files of commands are light; `run` imports the heavy parts, so that help and mistakes answer at once.
 */
import type { Io } from '../io.ts';
import type { Progress } from './progress.ts';
import type { Style } from './style.ts';

interface SpecBase {
  /** One line, begins in lower case, without a full stop. */
  readonly help: string;
}

/** How one option is written and what it may hold. Names are camelCase here and kebab-case when typed. */
export type OptionSpec =
  | (SpecBase & { readonly kind: 'flag'; readonly short?: string })
  | (SpecBase & {
      readonly kind: 'text';
      /** Placeholder in help: FILE, DIR, NAME. */
      readonly value: string;
      readonly short?: string;
      readonly default?: string;
      readonly isRequired?: true;
    })
  | (SpecBase & { readonly kind: 'texts'; readonly value: string })
  | (SpecBase & {
      readonly kind: 'number';
      readonly value: string;
      readonly isWhole?: true;
      readonly least?: number;
      readonly most?: number;
      readonly default?: number;
      readonly isRequired?: true;
    })
  | (SpecBase & {
      readonly kind: 'choice';
      readonly choices: readonly string[];
      readonly default?: string;
      readonly isRequired?: true;
    })
  | (SpecBase & {
      readonly kind: 'choices';
      readonly choices: readonly string[];
      readonly isRequired?: true;
    });

/** Options by name. */
export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

type Optional<S, T> = S extends { readonly default: unknown }
  ? T
  : S extends { readonly isRequired: true }
    ? T
    : T | undefined;

/** The type of an option's value. */
export type OptionValue<S extends OptionSpec> = S extends { readonly kind: 'flag' }
  ? boolean
  : S extends { readonly kind: 'texts' }
    ? readonly string[]
    : S extends { readonly kind: 'choices'; readonly choices: readonly (infer C)[] }
      ? readonly C[]
      : S extends { readonly kind: 'choice'; readonly choices: readonly (infer C)[] }
        ? Optional<S, C>
        : S extends { readonly kind: 'number' }
          ? Optional<S, number>
          : Optional<S, string>;

/** The values of all options. */
export type OptionValues<O extends OptionSpecs> = { readonly [K in keyof O]: OptionValue<O[K]> };

/** What stands on the command line without dashes. */
export interface OperandSpec {
  /** In capitals. */
  readonly name: string;
  readonly help: string;
  /** @default 1 */
  readonly least?: number;
  /** @default 1; Infinity for any number */
  readonly most?: number;
}

/** A checked command line. */
export interface Input<O extends OptionSpecs> {
  readonly operands: readonly string[];
  readonly options: OptionValues<O>;
}

/** What commands have around them. */
export interface CommandContext {
  readonly io: Io;
  /** Aborted by Ctrl-C; check it in loops. */
  readonly signal: AbortSignal;
  /** Of stderr, where notes go. */
  readonly style: Style;
  readonly isVerbose: boolean;
  /** As typed, for reports. */
  readonly commandLine: string;
  /**
   * Show how far a job of `total` steps is; undefined: nobody knows how many. `from` of them were done before,
   * when the job goes on.
   */
  progress(label: string, total: number | undefined, from?: number): Progress;
  /** Tell something beside the result; silent with --json and --quiet. */
  note(text: string): void;
  /** Tell of something that is wrong but does not stop the work; silent with --json and --quiet. */
  warn(text: string): void;
}

/** What a command hands back: data for machines, text for people. */
export interface CommandResult {
  /** Printed with --json. */
  readonly json: unknown;
  /** Printed otherwise; `columns` is the width of the terminal. */
  text(style: Style, columns: number | undefined): string;
  /** Things that failed; above 0 the exit code is 2. @default 0 */
  readonly failures?: number;
  /** Ctrl-C ended it early, with everything saved; the exit code is 130. @default false */
  readonly isInterrupted?: boolean;
}

/** One example of help. */
export interface Example {
  /** Without the leading `leukoscope`. */
  readonly command: string;
  readonly does: string;
}

/** A command as help and the parser see it. */
export interface CommandSpec<O extends OptionSpecs> {
  /** As typed: `dataset stats`. */
  readonly words: string;
  /** Paragraphs of what it does. */
  readonly description: readonly string[];
  readonly operands: readonly OperandSpec[];
  readonly options: O;
  readonly examples: readonly Example[];
}

/** A command. */
export interface Command<O extends OptionSpecs = OptionSpecs> extends CommandSpec<O> {
  run(input: Input<O>, context: CommandContext): Promise<CommandResult>;
}

/** Describe a command; the types of `run`'s input follow from its options. */
export function defineCommand<const O extends OptionSpecs>(command: Command<O>): Command {
  return parseCommand(command);
}

// The parser checks values against the same descriptions from which their types follow.
function parseCommand<O extends OptionSpecs>(command: Command<O>): Command {
  return command as unknown as Command;
}

/** Options that every command has. */
export const commonOptions = {
  json: { kind: 'flag', help: 'print the result as JSON, and nothing else' },
  quiet: { kind: 'flag', short: 'q', help: 'print no progress and no notes' },
  verbose: { kind: 'flag', short: 'v', help: 'list every problem; add codes and causes to errors' },
  help: { kind: 'flag', short: 'h', help: 'show this text' },
} as const satisfies OptionSpecs;
