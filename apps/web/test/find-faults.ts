/** @file Faults of accessibility on a page, by axe: those that shut people out. */
import { createRequire } from 'node:module';
import type { BrowserContext, Page } from 'playwright-core';
import { z } from 'zod';

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const faultsSchema = z.array(z.string());

/** Put axe into every page of a context, by the debugger: the pages' own policy lets no script in. */
export async function bringAxe(context: BrowserContext): Promise<void> {
  await context.addInitScript({ path: axe });
}

/**
 * Return serious and critical faults of a page as it is now, one line each: all rules in its colours,
 * then once more in the other ones for contrast, which is all that colours change.
 */
export async function findFaults(page: Page): Promise<string[]> {
  await page.emulateMedia({ colorScheme: 'light' });
  const light = await runAxe(page, '{}');
  await page.emulateMedia({ colorScheme: 'dark' });
  const dark = await runAxe(page, "{ runOnly: ['color-contrast'] }");
  return [...light.map((fault) => `light: ${fault}`), ...dark.map((fault) => `dark: ${fault}`)];
}

async function runAxe(page: Page, options: string): Promise<string[]> {
  const found = await page.evaluate(`
    axe.run(document, { resultTypes: ['violations'], ...${options} }).then(({ violations }) =>
      violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) =>
          [id, target.join(' '), failureSummary].join(' | '))))
  `);
  return faultsSchema.parse(found);
}
