/** @file The table of endpoints in docs/api-http.md, written from the contract. */
import { type Endpoint, endpoints } from '@leukoscope/contract';

/** What stands before and behind the table. */
export const marks = [
  '<!-- endpoints: written by write-api-page.ts -->',
  '<!-- end of endpoints -->',
] as const;

/** Put the table between its marks. */
export function withEndpoints(page: string): string {
  const [start, end] = marks;
  const before = page.slice(0, page.indexOf(start) + start.length);
  return `${before}\n${endpointTable()}\n${page.slice(page.indexOf(end))}`;
}

function endpointTable(): string {
  const all: [string, Endpoint][] = Object.entries(endpoints);
  return [
    '| name | request | access | does |',
    '|---|---|---|---|',
    ...all.map(
      ([name, e]) => `| \`${name}\` | \`${e.method} ${e.path}\` | ${e.access} | ${e.summary} |`,
    ),
  ].join('\n');
}
