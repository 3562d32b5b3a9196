import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { LeukoscopeError } from '@leukoscope/core';
import { type CommandTable, commandTable, groups } from '../src/command-table.ts';
import { defineCommand } from '../src/framework/command.ts';
import { parseInput } from '../src/framework/parse-input.ts';
import { runCli } from './run-cli.ts';

const table: CommandTable = {
  'thing show': {
    summary: 'show a thing',
    load: async () => ({
      command: defineCommand({
        words: 'thing show',
        description: ['Shows it.'],
        operands: [{ name: 'NAME', help: 'which' }],
        options: { failing: { kind: 'flag', help: 'fail' } },
        examples: [{ command: 'thing show x', does: 'shows x' }],
        run: async ({ operands, options }, context) => {
          if (options.failing)
            throw new LeukoscopeError('THING', 'thing must be there.', {
              cause: new Error('gone'),
            });
          context.note('a note');
          context.progress('Work', 10).update(5);
          return {
            json: { name: operands[0] },
            text: () => `It is ${operands[0]}`,
            failures: operands[0] === 'half' ? 1 : 0,
          };
        },
      }),
    }),
  },
};

test('prints the result for people and for machines', async () => {
  expect(await runCli(['thing', 'show', 'x'], { table })).toEqual({
    code: 0,
    out: 'It is x\n',
    err: 'a note\n',
  });
  const { out, err } = await runCli(['--json', 'thing', 'show', 'x'], { table });
  expect(JSON.parse(out)).toEqual({ name: 'x' });
  expect(err).toBe('');
  expect((await runCli(['thing', 'show', 'x', '-q'], { table })).err).toBe('');
});

test('exits with 2 when a part failed, and still prints what was done', async () => {
  expect(await runCli(['thing', 'show', 'half'], { table })).toMatchObject({
    code: 2,
    out: 'It is half\n',
  });
});

test('writes an error as one line; the code and its cause only with --verbose', async () => {
  const plain = await runCli(['thing', 'show', 'x', '--failing'], { table });
  expect(plain).toEqual({ code: 2, out: '', err: 'error: thing must be there.\n' });
  const verbose = await runCli(['thing', 'show', 'x', '--failing', '-v'], { table });
  expect(verbose.err).toContain('[THING]');
  expect(verbose.err).toContain('caused by: gone');
  const machine = await runCli(['thing', 'show', 'x', '--failing', '--json'], { table });
  expect(JSON.parse(machine.out)).toEqual({
    error: { code: 'THING', message: 'thing must be there.' },
  });
});

test.each([
  [['thng', 'show'], 'Did you mean "leukoscope thing"?'],
  [['thing', 'shw'], 'Did you mean "leukoscope thing show"?'],
  [['show'], 'Did you mean "leukoscope thing show"?'],
  [['thing', 'show'], 'must be told NAME'],
  [['thing', 'show', 'x', '--filing'], 'Did you mean --failing?'],
  [['--force'], 'must be told a command first'],
])('refuses %j with exit code 1 and a hint', async (argv, hint) => {
  const { code, out, err } = await runCli(argv, { table });
  expect(code).toBe(1);
  expect(out).toBe('');
  expect(err).toContain(hint);
  expect(err).toMatch(/See leukoscope.* --help\.\n$/);
});

test('helps: overview, group, command, version', async () => {
  expect((await runCli([])).out).toContain('dataset stats');
  expect((await runCli(['--help'])).out).toBe((await runCli([])).out);
  expect((await runCli(['thing'], { table })).out).toContain('show a thing');
  const help = await runCli(['thing', 'show', '--help'], { table });
  expect(help.code).toBe(0);
  for (const words of ['Shows it.', '--failing', 'leukoscope thing show x', 'Exit codes'])
    expect(help.out).toContain(words);
  expect((await runCli(['help', 'thing', 'show'], { table })).out).toBe(help.out);
  expect((await runCli(['--version'])).out).toMatch(/^leukoscope \d+\.\d+\.\d+\n$/);
});

test('turns an interrupt into exit code 130', async () => {
  const controller = new AbortController();
  controller.abort();
  const stopped: CommandTable = {
    stop: {
      summary: '',
      load: async () => ({
        command: defineCommand({
          words: 'stop',
          description: [],
          operands: [],
          options: {},
          examples: [],
          run: async (_, context) => {
            context.signal.throwIfAborted();
            return { json: null, text: () => '' };
          },
        }),
      }),
    },
  };
  const { code, err } = await runCli(['stop'], { table: stopped, signal: controller.signal });
  expect(code).toBe(130);
  expect(err).toContain('Interrupted');
});

test.each(Object.keys(commandTable))(
  'describes %s well: words, options, examples that parse',
  async (name) => {
    const { command } = await commandTable[name]!.load();
    if (commandTable[name]!.isAlias !== true) expect(command.words).toBe(name);
    expect(groups.some(({ words }) => words.includes(name.split(' ')[0]!))).toBe(true);
    expect(command.examples.length).toBeGreaterThan(0);
    for (const spec of Object.values(command.options))
      expect(spec.help).toMatch(/^[^A-Z].*[^.]$|^[A-Z]{2}/);
    for (const { command: line } of command.examples) {
      expect(line.startsWith(command.words)).toBe(true);
      const argv = line
        .slice(command.words.length)
        .trim()
        .split(' ')
        .filter((word) => word !== '');
      expect(() => parseInput(command, argv)).not.toThrow();
    }
  },
);

test('every file of a command stands in the table', async () => {
  const words = await Promise.all(
    readdirSync(new URL('../src/commands', import.meta.url)).map(async (file) => {
      const { command } = await import(`../src/commands/${file}`);
      return command.words as string;
    }),
  );
  expect(words.filter((known) => !Object.hasOwn(commandTable, known))).toEqual([]);
});
