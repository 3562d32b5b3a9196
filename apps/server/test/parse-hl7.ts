/** @file Splits an HL7 v2 message into segments and fields, numbered as the standard numbers them. */

/** Parse a message; `segment[n]` is field n. MSH-1 is the field separator itself. */
export function parseHl7(text: string): string[][] {
  return text
    .split('\r')
    .filter((line) => line !== '')
    .map((line) => {
      const fields = line.split('|');
      return fields[0] === 'MSH' ? ['MSH', '|', ...fields.slice(1)] : fields;
    });
}
