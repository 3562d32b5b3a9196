/** @file The command behind a measurement's page. */

/** What this process was called by, to stand on the page that it writes. */
export function calledBy(script: string): string {
  const words = process.argv.slice(2).map((word) => (word.includes(' ') ? `"${word}"` : word));
  return `node --conditions=@leukoscope/source ${script} ${words.join(' ')}`;
}
