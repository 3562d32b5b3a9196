/** @file Opens a served page in a fresh Chromium and waits for what it reports in a global. */
import { chromium } from 'playwright-core';
import { chromiumArguments, serveFolder } from './chromium.ts';

/** Return `globalThis.pageReport` of a site's page, once it is settled; faults of the page are thrown. */
export async function reportOfPage<T>(
  site: string,
  executablePath: string,
  timeoutMs: number,
): Promise<T> {
  const server = await serveFolder(site);
  // A launch of its own gets a fresh profile folder.
  const browser = await chromium.launch({
    executablePath,
    headless: true,
    args: chromiumArguments,
  });
  try {
    const page = await browser.newPage();
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(error.message));
    await page.goto(`${server.url}/index.html`);
    await page.waitForFunction('globalThis.pageReport !== undefined', undefined, {
      timeout: timeoutMs,
    });
    const report = await page.evaluate<T>('globalThis.pageReport');
    if (faults.length > 0) throw new Error(`The page failed: ${faults.join('; ')}`);
    return report;
  } finally {
    await browser.close();
    await server.close();
  }
}
