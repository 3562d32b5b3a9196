/** @file Reads the texts of a figure with the room each takes, to find labels that overlap or stick out. */
import { textWidth } from '../src/figures/text-width.ts';

export interface Label {
  readonly content: string;
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
}

/** Return the labels that stand upright or lie on their left side; slanted ones are left out. */
export function readLabels(svg: string): Label[] {
  return [...svg.matchAll(/<text([^>]*)>([^<]*)<\/text>/g)].flatMap(([, attributes, written]) => {
    const of = (name: string) => new RegExp(` ${name}="([^"]*)"`).exec(attributes!)?.[1];
    const content = written!.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&');
    const size = Number(of('font-size'));
    const width = textWidth(content, size, of('font-weight') === undefined ? 'regular' : 'bold');
    const shift = { start: 0, middle: width / 2, end: width }[of('text-anchor') ?? 'start']!;
    const [x, y] = [Number(of('x')), Number(of('y'))];
    const rotation = of('transform');
    // Capital letters are .72 em high, descenders .21 em deep.
    if (rotation === undefined) {
      return [
        { content, x1: x - shift, x2: x - shift + width, y1: y - 0.72 * size, y2: y + 0.21 * size },
      ];
    }
    if (!rotation.startsWith('rotate(-90')) return [];
    return [
      { content, x1: x - 0.72 * size, x2: x + 0.21 * size, y1: y + shift - width, y2: y + shift },
    ];
  });
}

/** Return pairs of labels that cover each other. */
export function overlappingLabels(labels: readonly Label[]): string[] {
  return labels.flatMap((a, i) =>
    labels
      .slice(i + 1)
      .filter((b) => a.x1 < b.x2 && b.x1 < a.x2 && a.y1 < b.y2 && b.y1 < a.y2)
      .map((b) => `${a.content} / ${b.content}`),
  );
}

/** Return labels that stick out of the picture. */
export function labelsOutside(labels: readonly Label[], width: number, height: number): string[] {
  return labels
    .filter((l) => l.x1 < 0 || l.y1 < 0 || l.x2 > width || l.y2 > height)
    .map((label) => label.content);
}
