/**
 * @file Reads a Python pickle (protocols 2 to 5) as data, without running anything.
 *
 * Python's own reader calls whatever function a pickle names. This one only knows the names that its
 * host gives it, and those are rules written here: any other name ends the reading with an error.
 * The opcodes are those of Lib/pickletools.py, where each is documented.
 */
import { LeukoscopeError } from '@leukoscope/core';
import { ByteCursor } from './byte-cursor.ts';
import {
  describeValue,
  IgnoredInstance,
  PickleClass,
  PickleInstance,
  PickleTuple,
  type PickleValue,
} from './pickle-values.ts';

/** What a pickle may refer to outside of itself. */
export interface PickleHost {
  /** Return the rule for a global name (`module.name`); throws for names that it does not know. */
  global(name: string): PickleClass;
  /** Return the object behind a persistent id. */
  persistent(id: PickleValue): PickleValue;
}

/** No number of a checkpoint is longer; huge ones would take time that grows with their square. */
const longestLongBytes = 64;
/** A checkpoint of 10,000 tensors remembers some 100,000 values; each takes a byte in the file. */
const mostMemo = 2 ** 20;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const latin1 = new TextDecoder('latin1');

/** Read the pickle that starts at `offset`; `end` is where the next one would start. */
export function readPickle(
  bytes: Uint8Array,
  host: PickleHost,
  offset = 0,
): { value: PickleValue; end: number } {
  const machine = new PickleMachine(bytes, host, offset);
  try {
    return { value: machine.run(), end: machine.end };
  } catch (cause) {
    // A Map holds at most 2^24 entries; only a file made to break readers has more.
    if (!(cause instanceof RangeError)) throw cause;
    throw invalid('its containers must fit into memory', cause.message, machine.end);
  }
}

class PickleMachine {
  readonly #cursor: ByteCursor;
  readonly #host: PickleHost;
  readonly #memo: PickleValue[] = [];
  /** Values since the last mark; the stacks below the marks wait in `#below`. */
  #stack: PickleValue[] = [];
  readonly #below: PickleValue[][] = [];

  constructor(bytes: Uint8Array, host: PickleHost, offset: number) {
    this.#host = host;
    this.#cursor = new ByteCursor(bytes, offset, (wanted, at) =>
      invalid(`${wanted} more bytes are needed at byte ${at}`, 'the end of the data'),
    );
  }

  get end(): number {
    return this.#cursor.offset;
  }

  run(): PickleValue {
    for (;;) {
      const opcode = this.#cursor.uint8();
      if (opcode === 0x2e) return this.#pop(); // '.': STOP
      if (this.#constant(opcode) || this.#container(opcode) || this.#memory(opcode)) continue;
      if (this.#object(opcode)) continue;
      const name = JSON.stringify(String.fromCharCode(opcode));
      throw invalid('its opcodes must be of protocol 2 to 5', `opcode ${name}`, this.end - 1);
    }
  }

  /** Opcodes that push a value which stands in the pickle itself. */
  #constant(opcode: number): boolean {
    const cursor = this.#cursor;
    const push = (value: PickleValue): boolean => this.#stack.push(value) > 0;
    switch (opcode) {
      case 0x4e: // 'N': NONE
        return push(null);
      case 0x88: // NEWTRUE
        return push(true);
      case 0x89: // NEWFALSE
        return push(false);
      case 0x49: // 'I': INT
        return push(this.#textNumber());
      case 0x4a: // 'J': BININT
        return push(cursor.int32());
      case 0x4b: // 'K': BININT1
        return push(cursor.uint8());
      case 0x4d: // 'M': BININT2
        return push(cursor.uint16());
      case 0x8a: // LONG1
        return push(this.#long(cursor.uint8()));
      case 0x8b: // LONG4
        return push(this.#long(cursor.uint32()));
      case 0x47: // 'G': BINFLOAT
        return push(cursor.float64BigEndian());
      case 0x55: // 'U': SHORT_BINSTRING
        return push(latin1.decode(cursor.bytes(cursor.uint8())));
      case 0x54: // 'T': BINSTRING
        return push(latin1.decode(cursor.bytes(cursor.uint32())));
      case 0x8c: // SHORT_BINUNICODE
        return push(this.#text(cursor.uint8()));
      case 0x58: // 'X': BINUNICODE
        return push(this.#text(cursor.uint32()));
      case 0x8d: // BINUNICODE8
        return push(this.#text(cursor.size64()));
      case 0x43: // 'C': SHORT_BINBYTES
        return push(cursor.bytes(cursor.uint8()));
      case 0x42: // 'B': BINBYTES
        return push(cursor.bytes(cursor.uint32()));
      case 0x8e: // BINBYTES8
      case 0x96: // BYTEARRAY8
        return push(cursor.bytes(cursor.size64()));
      default:
        return false;
    }
  }

  /** Opcodes that make tuples, lists, dicts and sets, and fill them. */
  #container(opcode: number): boolean {
    switch (opcode) {
      case 0x29: // ')': EMPTY_TUPLE
        return this.#push(new PickleTuple([]));
      case 0x85: // TUPLE1
      case 0x86: // TUPLE2
      case 0x87: // TUPLE3
        return this.#push(new PickleTuple(this.#popMany(opcode - 0x84)));
      case 0x74: // 't': TUPLE
        return this.#push(new PickleTuple(this.#popToMark()));
      case 0x5d: // ']': EMPTY_LIST
        return this.#push([]);
      case 0x6c: // 'l': LIST
        return this.#push(this.#popToMark());
      case 0x7d: // '}': EMPTY_DICT
        return this.#push(new Map());
      case 0x64: {
        // 'd': DICT
        const items = this.#popToMark();
        this.#push(new Map());
        return this.#setItems(items);
      }
      case 0x8f: // EMPTY_SET
        return this.#push(new Set());
      case 0x91: // FROZENSET
        return this.#push(new Set(this.#popToMark()));
      case 0x61: // 'a': APPEND
        return this.#append([this.#pop()]);
      case 0x65: // 'e': APPENDS
      case 0x90: // ADDITEMS
        return this.#append(this.#popToMark());
      case 0x73: // 's': SETITEM
        return this.#setItems(this.#popMany(2));
      case 0x75: // 'u': SETITEMS
        return this.#setItems(this.#popToMark());
      default:
        return false;
    }
  }

  /** Opcodes about the stack and the memo. */
  #memory(opcode: number): boolean {
    const cursor = this.#cursor;
    switch (opcode) {
      case 0x80: // PROTO
        cursor.uint8();
        return true;
      case 0x95: // FRAME: only a hint for readers of streams
        cursor.bytes(8);
        return true;
      case 0x28: // '(': MARK
        this.#below.push(this.#stack);
        this.#stack = [];
        return true;
      case 0x30: // '0': POP
        this.#pop();
        return true;
      case 0x31: // '1': POP_MARK
        this.#popToMark();
        return true;
      case 0x32: // '2': DUP
        return this.#push(this.#top());
      case 0x71: // 'q': BINPUT
        return this.#remember(cursor.uint8());
      case 0x72: // 'r': LONG_BINPUT
        return this.#remember(cursor.uint32());
      case 0x94: // MEMOIZE
        return this.#remember(this.#memo.length);
      case 0x68: // 'h': BINGET
        return this.#push(this.#recall(cursor.uint8()));
      case 0x6a: // 'j': LONG_BINGET
        return this.#push(this.#recall(cursor.uint32()));
      default:
        return false;
    }
  }

  /** Opcodes that name, make and fill objects: all of them go through the host. */
  #object(opcode: number): boolean {
    switch (opcode) {
      case 0x63: {
        // 'c': GLOBAL
        const module = utf8Text(this.#cursor.line());
        return this.#push(this.#host.global(`${module}.${utf8Text(this.#cursor.line())}`));
      }
      case 0x93: {
        // STACK_GLOBAL
        const [module, name] = this.#popMany(2);
        if (typeof module !== 'string' || typeof name !== 'string') {
          throw invalid('a global name must be text', describeValue(name), this.end);
        }
        return this.#push(this.#host.global(`${module}.${name}`));
      }
      case 0x51: // 'Q': BINPERSID
        return this.#push(this.#host.persistent(this.#pop()));
      case 0x52: // 'R': REDUCE
      case 0x81: // NEWOBJ
        return this.#call(this.#pop(), this.#pop());
      case 0x92: {
        // NEWOBJ_EX; named arguments do not occur with the names that hosts know
        const named = this.#pop();
        if (named instanceof Map && named.size === 0) return this.#call(this.#pop(), this.#pop());
        throw invalid('an object must be made without named arguments', describeValue(named));
      }
      case 0x62: {
        // 'b': BUILD
        const state = this.#pop();
        const target = this.#top();
        if (target instanceof PickleInstance) target.setState(state);
        // The attributes of an OrderedDict (`_metadata` of a state dict) say nothing about values.
        else if (!(target instanceof Map)) {
          throw invalid('only objects can take a state', describeValue(target), this.end - 1);
        }
        return true;
      }
      default:
        return false;
    }
  }

  #call(args: PickleValue, callee: PickleValue): boolean {
    if (!(callee instanceof PickleClass) || !(args instanceof PickleTuple)) {
      throw invalid('only a global name can be called', describeValue(callee), this.end - 1);
    }
    const made = callee.construct(args.items);
    if (made !== undefined) return this.#push(made);
    throw invalid('only a class or function can be called', callee.name, this.end - 1);
  }

  #append(values: readonly PickleValue[]): boolean {
    const target = this.#top();
    if (Array.isArray(target)) for (const value of values) target.push(value);
    else if (target instanceof Set) for (const value of values) target.add(value);
    else if (!(target instanceof IgnoredInstance)) {
      throw invalid('values must be added to a list', describeValue(target), this.end - 1);
    }
    return true;
  }

  #setItems(keysAndValues: readonly PickleValue[]): boolean {
    const target = this.#top();
    if (keysAndValues.length % 2 !== 0) {
      throw invalid('dict items must come in pairs', `${keysAndValues.length}`, this.end - 1);
    }
    if (target instanceof IgnoredInstance) return true;
    if (!(target instanceof Map)) {
      throw invalid('items must be set in a dict', describeValue(target), this.end - 1);
    }
    for (let i = 0; i < keysAndValues.length; i += 2) {
      target.set(keysAndValues[i]!, keysAndValues[i + 1]!);
    }
    return true;
  }

  #push(value: PickleValue): boolean {
    this.#stack.push(value);
    return true;
  }

  #top(): PickleValue {
    const value = this.#stack.at(-1);
    if (value !== undefined) return value;
    throw invalid('an opcode must find its operands', 'an empty stack', this.end - 1);
  }

  #pop(): PickleValue {
    const value = this.#top();
    this.#stack.pop();
    return value;
  }

  #popMany(count: number): PickleValue[] {
    if (this.#stack.length >= count) return this.#stack.splice(-count);
    throw invalid('an opcode must find its operands', 'too short a stack', this.end - 1);
  }

  #popToMark(): PickleValue[] {
    const values = this.#stack;
    const below = this.#below.pop();
    if (below === undefined) throw invalid('a mark must have been set', 'none', this.end - 1);
    this.#stack = below;
    return values;
  }

  #remember(index: number): boolean {
    if (index >= mostMemo) {
      throw invalid(
        `at most ${mostMemo} values can be remembered`,
        `number ${index}`,
        this.end - 1,
      );
    }
    this.#memo[index] = this.#top();
    return true;
  }

  #recall(index: number): PickleValue {
    const value = this.#memo[index];
    if (value !== undefined) return value;
    throw invalid('only remembered values can be recalled', `number ${index}`, this.end - 1);
  }

  #text(length: number): string {
    return utf8Text(this.#cursor.bytes(length));
  }

  #textNumber(): PickleValue {
    const text = latin1.decode(this.#cursor.line());
    if (text === '00' || text === '01') return text === '01'; // how protocol 0 and 1 write booleans
    const value = Number(text);
    if (/^[+-]?\d+$/.test(text) && Number.isSafeInteger(value)) return value;
    throw invalid('a number must be whole', JSON.stringify(text.slice(0, 40)), this.end);
  }

  /** Little-endian two's complement of any length; no byte at all is 0. */
  #long(length: number): number | bigint {
    if (length > longestLongBytes) {
      throw invalid(`a number must take at most ${longestLongBytes} bytes`, `${length}`, this.end);
    }
    let value = 0n;
    const bytes = this.#cursor.bytes(length);
    for (let i = length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i]!);
    const exact = BigInt.asIntN(8 * length, value);
    const rounded = Number(exact);
    return Number.isSafeInteger(rounded) ? rounded : exact;
  }
}

function utf8Text(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch (cause) {
    throw new LeukoscopeError(
      'PICKLE_INVALID',
      'A pickle is not valid: its text must be UTF-8. Received other bytes. The file is damaged.',
      { cause },
    );
  }
}

function invalid(rule: string, received: string, offset?: number): LeukoscopeError {
  const place = offset === undefined ? '' : ` at byte ${offset}`;
  return new LeukoscopeError(
    'PICKLE_INVALID',
    `A pickle is not valid: ${rule}. Received ${received}${place}. The file is damaged, truncated or of another format.`,
  );
}
