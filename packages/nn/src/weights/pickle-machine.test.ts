import { expect, test } from 'vitest';
import { type PickleHost, readPickle } from './pickle-machine.ts';
import { PickleClass, PickleTuple, type PickleValue } from './pickle-values.ts';

const host: PickleHost = {
  global: (name) => new PickleClass(name, name === 'a.Mark' ? undefined : (args) => [...args]),
  persistent: (id) => tuple('stored', id),
};

/** A pickle from opcodes written as text; bytes beyond ASCII as \xNN. */
const load = (text: string): PickleValue =>
  readPickle(
    Uint8Array.from(text, (letter) => letter.charCodeAt(0)),
    host,
  ).value;

const tuple = (...items: PickleValue[]) => new PickleTuple(items);

test.each<[string, string, PickleValue]>([
  ['None', 'N.', null],
  ['booleans', '\x80\x02\x88\x89\x86.', tuple(true, false)],
  ['booleans of old protocols', 'I01\n.', true],
  ['a number as text', 'I-12\n.', -12],
  ['4-byte numbers', 'J\xfe\xff\xff\xff.', -2],
  ['1- and 2-byte numbers', 'K\xffM\x00\x01\x86.', tuple(255, 256)],
  ['long numbers', '\x8a\x02\x00\xff.', -256],
  ['a long number of no bytes', '\x8a\x00.', 0],
  ['numbers beyond 2^53', '\x8a\x08\x00\x00\x00\x00\x00\x00\x00\x40.', 2n ** 62n],
  ['floats', 'G\x3f\xf8\x00\x00\x00\x00\x00\x00.', 1.5],
  ['text', 'X\x02\x00\x00\x00\xc3\xbc.', 'ü'],
  ['old text', 'U\x01\xfc.', 'ü'],
  ['bytes', 'C\x02ab.', Uint8Array.of(97, 98)],
  ['lists', '](K\x01K\x02eK\x03a.', [1, 2, 3]],
  ['marked lists', '(K\x01K\x02l.', [1, 2]],
  ['tuples', ')K\x01\x85(K\x01K\x02t\x87.', tuple(tuple(), tuple(1), tuple(1, 2))],
  [
    'dicts',
    '}(K\x01K\x02K\x03K\x04uK\x05K\x06s.',
    new Map([
      [1, 2],
      [3, 4],
      [5, 6],
    ]),
  ],
  ['marked dicts', '(K\x01K\x02d.', new Map([[1, 2]])],
  ['sets', '\x8f(K\x01K\x01\x90.', new Set([1])],
  ['frozen sets', '(K\x01\x91.', new Set([1])],
  [
    'remembered values',
    ']q\x07h\x07\x86h\x07r\x00\x01\x00\x00j\x00\x01\x00\x00\x86.',
    tuple([], []),
  ],
  ['values remembered in order', 'K\x07\x94h\x00\x86.', tuple(7, 7)],
  ['copies and drops', 'K\x0120(K\x05K\x061K\x02\x86.', tuple(1, 2)],
  ['calls', 'ca\nF\n(K\x01K\x02tR.', [1, 2]],
  ['calls by text', '\x8c\x01a\x8c\x01F\x93K\x01\x85\x81.', [1]],
  ['calls with no named arguments', 'ca\nF\nK\x01\x85}\x92.', [1]],
  ['persistent ids', 'K\x09Q.', tuple('stored', 9)],
  ['frames', '\x95\x02\x00\x00\x00\x00\x00\x00\x00K\x01.', 1],
])('reads %s', (_, text, expected) => {
  expect(load(text)).toEqual(expected);
});

test('tells where the pickle ends', () => {
  expect(readPickle(Uint8Array.of(0, 0x4b, 5, 0x2e, 0x4e, 0x2e), host, 1)).toEqual({
    value: 5,
    end: 4,
  });
});

test.each([
  ['the end inside a value', 'J\x00', /4 more bytes are needed at byte 1/],
  ['no end', 'N', /1 more bytes are needed/],
  ['an unknown opcode', '\xff.', /opcode "ÿ" at byte 0/],
  ['an extension code', '\x82\x01.', /opcodes must be of protocol 2 to 5/],
  ['a value that was not remembered', 'h\x05.', /number 5/],
  ['too few operands', 'K\x01\x87.', /must find its operands/],
  ['an end of a mark that was not set', 't.', /a mark must have been set/],
  ['a call of text', 'K\x01)R.', /only a global name can be called. Received 1/],
  ['a call of a mark', 'ca\nMark\n)R.', /Received a.Mark/],
  ['a state for a number', 'K\x01Nb.', /only objects can take a state/],
  ['items in a list', ']K\x01K\x02s.', /set in a dict. Received a list of 0/],
  ['values added to a dict', '}K\x01a.', /added to a list/],
  ['an odd number of items', '}(K\x01u.', /in pairs/],
  ['text that is not UTF-8', 'X\x01\x00\x00\x00\xff.', /must be UTF-8/],
  ['a number with letters', 'Iabc\n.', /must be whole/],
  ['an enormous number', '\x8b\x00\x00\x01\x00', /at most 64 bytes/],
  ['a global name of numbers', 'K\x01K\x02\x93.', /must be text/],
  ['named arguments', 'ca\nF\n)}K\x01K\x02s\x92.', /without named arguments/],
])('refuses %s', (_, text, message) => {
  expect(() => load(text)).toThrow(message);
});

test('refuses to remember values without end', () => {
  const bytes = new Uint8Array(2 ** 20 + 3).fill(0x94); // MEMOIZE, again and again
  bytes[0] = 0x4e;
  bytes[bytes.length - 1] = 0x2e;
  expect(() => readPickle(bytes, host)).toThrow('at most 1048576 values can be remembered');
  bytes[1] = 0x4e;
  expect(readPickle(bytes, host).value).toBe(null);
});
