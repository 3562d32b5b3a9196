/**
 * @file How wide a text is in Arimo, which has the widths of Arial and Helvetica, so that labels are
 * laid out the same in a browser and in a PNG. @data
 *
 * Thousandths of an em; made by fixtures/metrics/generate-text-widths.py.
 */

const regular = tableOf({
  191: "'",
  222: 'ijl',
  260: '|',
  278: ' !,./:;I[\\]ft',
  333: '()-`r·²',
  334: '{}',
  355: '"',
  389: '*',
  400: '°',
  469: '^',
  500: 'Jcksvxyzκ',
  549: '±≥≤≈',
  556: '#$0123456789?L_abdeghnopqu–éüöä',
  576: 'µ',
  584: '+<=>~−×',
  611: 'FTZß',
  617: 'σ',
  667: '&ABEKPSVXY',
  722: 'CDHNRUw',
  778: 'GOQ',
  833: 'Mm',
  889: '%',
  944: 'W',
  1000: '—…',
  1015: '@',
});

const bold = tableOf({
  238: "'",
  278: ' ,./I\\ijl',
  280: '|',
  333: '!()-:;[]`ft·²',
  389: '*r{}',
  400: '°',
  474: '"',
  500: 'z',
  549: '±≥≤≈',
  556: '#$0123456789J_aceksvxy–éä',
  558: 'κ',
  584: '+<=>^~−×',
  600: 'µ',
  611: '?FLTZbdghnopquüöß',
  667: 'EPSVXY',
  684: 'σ',
  722: '&ABCDHKNRU',
  778: 'GOQw',
  833: 'M',
  889: '%m',
  944: 'W',
  975: '@',
  1000: '—…',
});

// A letter that is not in the table is taken for a wide one: too much room is better than an overlap.
const unknown = 700;

/** Return the width of a text in pixels. */
export function textWidth(
  text: string,
  size: number,
  weight: 'regular' | 'bold' = 'regular',
): number {
  const table = weight === 'bold' ? bold : regular;
  let width = 0;
  for (const letter of text) width += table.get(letter) ?? unknown;
  return (width * size) / 1000;
}

/** Return the width of a text of several letters, all of them in the table; undefined otherwise. */
export function knownTextWidth(
  text: string,
  size: number,
  weight: 'regular' | 'bold' = 'regular',
): number | undefined {
  const table = weight === 'bold' ? bold : regular;
  const isKnown = text.length > 1 && [...text].every((letter) => table.has(letter));
  return isKnown ? textWidth(text, size, weight) : undefined;
}

/** Cut a text to a width, ending it with an ellipsis. */
export function fitText(text: string, size: number, width: number): string {
  if (textWidth(text, size) <= width) return text;
  const letters = [...text];
  while (letters.length > 1 && textWidth(`${letters.join('').trimEnd()}…`, size) > width)
    letters.pop();
  return `${letters.join('').trimEnd()}…`;
}

/** Break a text into lines of at most a width, at spaces. */
export function wrapText(
  text: string,
  size: number,
  width: number,
  weight: 'regular' | 'bold' = 'regular',
): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && textWidth(`${last} ${word}`, size, weight) <= width) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else lines.push(word);
  }
  return lines;
}

function tableOf(groups: Record<number, string>): Map<string, number> {
  return new Map(
    Object.entries(groups).flatMap(([width, letters]) =>
      [...letters].map((letter) => [letter, Number(width)] as const),
    ),
  );
}
