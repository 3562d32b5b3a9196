import { expect, test } from 'vitest';
import { type Command, defineCommand } from './command.ts';
import { flagOf, parseInput } from './parse-input.ts';

const command: Command = defineCommand({
  words: 'paint',
  description: [],
  operands: [{ name: 'PATH', help: '' }],
  options: {
    force: { kind: 'flag', help: '' },
    outFile: { kind: 'text', value: 'FILE', help: '', short: 'o' },
    colour: { kind: 'choice', choices: ['red', 'blue'], default: 'red', help: '' },
    tags: { kind: 'texts', value: 'TAG', help: '' },
    tasks: { kind: 'choices', choices: ['a', 'b'], help: '' },
    shift: { kind: 'number', value: 'N', least: -5, most: 5, help: '' },
    count: { kind: 'number', value: 'N', isWhole: true, least: 1, default: 3, help: '' },
  },
  examples: [],
  run: async () => ({ json: null, text: () => '' }),
});

const optionsOf = (...argv: string[]) => parseInput(command, ['x', ...argv]).options;

test('fills defaults in and leaves the rest undefined', () => {
  expect(optionsOf()).toEqual({
    force: false,
    outFile: undefined,
    colour: 'red',
    tags: [],
    tasks: [],
    shift: undefined,
    count: 3,
  });
});

test('reads every kind of option in every spelling', () => {
  expect(optionsOf('--force', '-o', 'f.png', '--colour=blue', '--count', '7')).toMatchObject({
    force: true,
    outFile: 'f.png',
    colour: 'blue',
    count: 7,
  });
  expect(optionsOf('--tags', 'p', '--tags=q', '--tasks', 'a,b')).toMatchObject({
    tags: ['p', 'q'],
    tasks: ['a', 'b'],
  });
  expect(optionsOf('--shift', '-2.5')['shift']).toBe(-2.5);
  expect(optionsOf('--out-file=--odd')['outFile']).toBe('--odd');
});

test.each([
  [['--colr', 'red'], 'no option --colr. Did you mean --colour?'],
  [['--colour', 'rad'], 'Received "rad". Did you mean red?'],
  [['--colour'], '--colour must have a value, red|blue. Received none.'],
  [['--out-file', '--force'], 'Received --force, which is an option.'],
  [['--force=yes'], '--force must stand alone'],
  [['--count', '0'], '--count must be a whole number of at least 1. Received "0".'],
  [['--count', '1.5'], '--count must be a whole number'],
  [['--count', ''], '--count must be a whole number'],
  [['--shift', '6'], '--shift must be a number from -5 to 5'],
  [['--colour', 'red', '--colour', 'blue'], '--colour must be given once'],
  [['y'], 'Received "y" as well.'],
])('refuses %j', (argv, message) => {
  expect(() => optionsOf(...argv)).toThrow(message);
});

test('says which operand is missing', () => {
  expect(() => parseInput(command, [])).toThrow('leukoscope paint must be told PATH.');
  expect(() => parseInput(command, [''])).toThrow('A path must not be empty.');
});

test('asks nothing of somebody who wants help', () => {
  expect(parseInput(command, ['--help']).common.help).toBe(true);
});

test('writes option names as they are typed', () => {
  expect(flagOf('maxDistance')).toBe('max-distance');
});
