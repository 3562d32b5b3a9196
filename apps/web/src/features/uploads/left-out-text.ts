/** @file Names the files that were no images, or could not be read. */

/** Say which files were left out, naming the first three. */
export function leftOutText(names: readonly string[]): string {
  const shown = names.slice(0, 3).join(', ');
  const more = names.length > 3 ? ` and ${names.length - 3} more` : '';
  return `Left out, as they cannot be read or their names are not those of JPEG, PNG, TIFF, WebP or BMP images: ${shown}${more}.`;
}
