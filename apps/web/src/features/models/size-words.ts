/** @file Sizes of files in words. */

const megabyte = 2 ** 20;

/** Write a size in MiB with one digit. */
export function sizeWords(bytes: number): string {
  return `${(bytes / megabyte).toFixed(1)} MiB`;
}
