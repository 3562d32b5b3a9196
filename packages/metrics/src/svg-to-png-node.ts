/**
 * @file SVG to PNG in Node without a browser: resvg draws, Arimo (bundled, OFL) gives the letters, so that
 * a figure looks the same on every machine. Fonts of the system are not loaded.
 */
import { createRequire } from 'node:module';
import { Resvg } from '@resvg/resvg-js';
import { LeukoscopeError, messageOf } from '@leukoscope/core';

/** Settings of the picture. */
export interface PngOptions {
  /** Pixels per SVG pixel; 3 prints at about 300 dpi when a pixel of the figure is 1/96 inch. @default 2 */
  readonly scale?: number;
}

const resolveFile = createRequire(import.meta.url).resolve;
const fontFiles = ['400Regular/Arimo_400Regular.ttf', '700Bold/Arimo_700Bold.ttf'];

/** Draw an SVG document as PNG bytes. */
export function svgToPng(svg: string, options: PngOptions = {}): Uint8Array {
  const { scale = 2 } = options;
  if (!(scale > 0 && scale <= 20)) {
    throw new LeukoscopeError(
      'METRICS_PNG_SCALE',
      `scale must be above 0 and at most 20. Received ${scale}.`,
    );
  }
  try {
    const picture = new Resvg(svg, {
      fitTo: { mode: 'zoom', value: scale },
      font: {
        fontFiles: fontFiles.map((file) => resolveFile(`@expo-google-fonts/arimo/${file}`)),
        loadSystemFonts: false,
        defaultFontFamily: 'Arimo',
      },
    });
    return picture.render().asPng();
  } catch (cause) {
    throw new LeukoscopeError(
      'METRICS_SVG',
      `svg must be a document that can be drawn. Received: ${messageOf(cause)}.`,
      { cause },
    );
  }
}
