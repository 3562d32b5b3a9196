/** @file Faults of accessibility on a page, by axe: those that shut people out. */
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { z } from 'zod';

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const faultsSchema = z.array(z.string());

/** Run axe and return serious and critical faults, one line each. */
export async function findFaults(page: Page): Promise<string[]> {
  // By the debugger, as the page's own policy lets no script in.
  await page.context().addInitScript({ path: axe });
  const hasAxe = await page.evaluate('typeof window.axe');
  if (hasAxe === 'undefined') {
    await page.reload();
    await page.waitForLoadState('networkidle').catch(() => {});
  }
  const found = await page.evaluate(`
    axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
      violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .flatMap(({ id, help, nodes }) => nodes.map(({ target, failureSummary }) =>
          [id, help, target.join(' '), failureSummary].join(' | '))))
  `);
  return faultsSchema.parse(found);
}
