/** @file Debian's Chromium for tests, and pages that tell of every fault in them. */
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

/** A page under test with what went wrong in it. */
export interface TestPage {
  readonly page: Page;
  /** Uncaught errors and lines on the console that say error. */
  readonly faults: readonly string[];
}

/** Start the browser: CHROMIUM, or Debian's. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--force-color-profile=srgb'],
  });
}

/** Open a page in a browser profile of its own. */
export async function openPage(
  browser: Browser,
  address: string,
  options: BrowserContextOptions = {},
): Promise<TestPage> {
  const context = await browser.newContext({
    baseURL: address,
    viewport: { width: 1440, height: 900 },
    reducedMotion: 'reduce',
    locale: 'en-GB',
    ...options,
  });
  const page = await context.newPage();
  // A loaded machine takes its time; what never comes fails all the same.
  page.setDefaultTimeout(45_000);
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(`${error.name}: ${error.message}`));
  page.on('console', (line) => {
    if (line.type() === 'error') faults.push(`${line.text()} ${line.location().url}`);
  });
  return { page, faults };
}
