/** @file Texts, times and identifiers as HL7 v2 writes them. */
import { createHash } from 'node:crypto';

/** `YYYYMMDDHHMMSS+0000`. */
export function hl7Time(iso: string): string {
  return `${new Date(iso).toISOString().slice(0, 19).replaceAll(/[-:T]/g, '')}+0000`;
}

const escapes: Readonly<Record<string, string>> = {
  '|': '\\F\\',
  '^': '\\S\\',
  '&': '\\T\\',
  '~': '\\R\\',
  '\\': '\\E\\',
  '\r': ' ',
  '\n': ' ',
  '\t': ' ',
};

/**
 * Escape a text. Control characters are written in hexadecimal: 0B and 1C begin and end a message on the
 * wire (MLLP), and a text that held them would cut it in two.
 */
export function hl7Text(text: string): string {
  return text.replaceAll(/[|^&~\\\p{Cc}]/gu, (sign) => {
    const code = sign.codePointAt(0)!.toString(16).toUpperCase().padStart(2, '0');
    return escapes[sign] ?? `\\X${code}\\`;
  });
}

const letters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Make an identifier of 20 letters, the most that MSH-10 takes, from a text. */
export function hl7Id(text: string): string {
  const bytes = createHash('sha256').update(text).digest();
  return Array.from({ length: 20 }, (_, i) => letters[bytes[i]! % 32]).join('');
}
