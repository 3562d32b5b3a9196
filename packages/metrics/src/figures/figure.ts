/** @file What every figure function returns, and the outer SVG element around a drawing. */
import { element, escapeXml, rectangle } from './svg.ts';
import type { FigureTheme } from './theme.ts';

/** A drawing with its numbers. */
export interface Figure {
  /** Letters, digits and hyphens: the name of its files, and of everything inside it. */
  readonly name: string;
  readonly title: string;
  /** One sentence that says what is seen, for readers who cannot see it. */
  readonly description: string;
  readonly width: number;
  readonly height: number;
  /** A whole SVG document. */
  readonly svg: string;
  /** The numbers that are drawn. */
  readonly csv: string;
}

/** What all figure functions accept. */
export interface FigureOptions {
  /** File name and prefix of ids; keep it unique on a page. */
  readonly name?: string;
  readonly title?: string;
  /** @default printTheme */
  readonly theme?: FigureTheme;
}

/** Wrap a drawing. */
export function finishFigure(
  facts: Omit<Figure, 'svg'>,
  theme: FigureTheme,
  definitions: readonly string[],
  drawing: readonly string[],
): Figure {
  const { name, title, description, width, height } = facts;
  const svg = element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      viewBox: `0 0 ${width} ${height}`,
      width,
      height,
      role: 'img',
      'aria-labelledby': `${name}-title ${name}-description`,
      'font-family': theme.fontFamily,
    },
    element('title', { id: `${name}-title` }, escapeXml(title)),
    element('desc', { id: `${name}-description` }, escapeXml(description)),
    definitions.length === 0 ? '' : element('defs', {}, ...definitions),
    rectangle(0, 0, width, height, { fill: theme.paper }),
    ...drawing,
  );
  return { ...facts, svg };
}
