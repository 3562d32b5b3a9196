/**
 * @file Reads HL7 v2 messages by a parser of others, which knows the groups of version 2.5.1 and refuses a
 * segment that stands in none. It has no declarations.
 */
import { createRequire } from 'node:module';
import { z } from 'zod';

const { Parser } = z
  .object({ Parser: z.custom<new () => { parse(text: string): unknown }>() })
  .parse(createRequire(import.meta.url)('@redoxengine/redox-hl7-v2'));
const recordSchema = z.record(z.string(), z.unknown()).catch({});

/** Parse a message of one order. */
export function parseOrder(text: string) {
  const message = new Parser().parse(text);
  const result = list(at(message, 'PATIENT_RESULT'))[0];
  const order = list(at(result, 'ORDER_OBSERVATION'))[0];
  return {
    header: at(message, 'MSH'),
    patient: at(result, 'PATIENT', 'PID'),
    order,
    observations: list(at(order, 'OBSERVATION')),
    notes: list(at(order, 'NTE')).map((note) => JSON.stringify(at(note, 3))),
  };
}

/** A part by numbers: of the segment's field, then of its components. */
export function at(value: unknown, ...path: (number | string)[]): unknown {
  return path.reduce<unknown>((part, key) => recordSchema.parse(part)[String(key)], value);
}

/** What may repeat, as a list. */
export function list(value: unknown): unknown[] {
  return value === undefined ? [] : Array.isArray(value) ? value : [value];
}
