/** @file What a model does, by how its outputs are read. */

const words: Readonly<Record<string, string>> = {
  boxes: 'detector: cells with boxes, and outlines where it has them',
  pixels: 'segmenter: a type for each pixel, connected pixels are a cell',
  classes: 'classifier: types the cells that another model finds',
  'two-stage': 'two stages: finds cells, then looks at each',
  watershed: 'colour and watershed, without a network',
  external: 'network made elsewhere',
};

/** Say it in words; a reader that this page does not know says its own name. */
export function readerWords(reader: string): string {
  return words[reader] ?? reader;
}
