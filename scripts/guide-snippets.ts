/** @file The program that a guide's TypeScript snippets make when read from top to bottom. */

/** Join all ```ts blocks of a page; imports move to the top, where the language wants them. */
export function guideProgram(page: string): string {
  const blocks = [...page.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code]) => code!);
  const imports: string[] = [];
  const rest = blocks.map((code) =>
    code.replace(/^import [^;]*;\n/gm, (statement) => {
      imports.push(statement);
      return '';
    }),
  );
  return `${imports.join('')}\n${rest.join('\n')}`;
}
