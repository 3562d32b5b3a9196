/** @file The id that a file's name suggests. */

/** Return what is left of a name: letters, digits, dots and dashes; empty where nothing is. */
export function modelIdOf(fileName: string): string {
  return fileName
    .replace(/\.onnx$/i, '')
    .replace(/[^a-z0-9._-]+/gi, '-')
    .replace(/^[^a-z0-9]+/i, '')
    .slice(0, 64);
}
