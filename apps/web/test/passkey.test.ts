/**
 * A passkey as people meet it, with Chromium's own authenticator in software: added in the account's menu, asked for
 * at the next sign-in, and not offered where browsers have none. The tests stand in the order of the work.
 */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bringAxe, findFaults } from './find-faults.ts';
import { openBrowser, openPage } from './open-browser.ts';
import { startWorkbench, type Workbench } from './start-workbench.ts';

const limitMs = 180_000;
const password = 'a long enough phrase';

let bench: Workbench;
let browser: Browser;
let page: Page;
let faults: readonly string[];
let codes: string[];

beforeAll(async () => {
  [bench, browser] = await Promise.all([startWorkbench({ mode: 'accounts' }), openBrowser()]);
  // Passkeys belong to a name: that of this machine, not its number.
  ({ page, faults } = await openPage(browser, bench.address.replace('127.0.0.1', 'localhost')));
  await bringAxe(page.context());
  const debug = await page.context().newCDPSession(page);
  await debug.send('WebAuthn.enable');
  await debug.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  await page.goto(new URL(bench.setupLink!).pathname + new URL(bench.setupLink!).hash);
  await page.getByLabel('Your name').fill('Ada Lovelace');
  await page.getByLabel('Name to sign in with').fill('ada');
  await page.getByLabel('New password', { exact: true }).fill(password);
  await page.getByLabel('New password again').fill(password);
  await page.getByRole('button', { name: 'Make the administrator' }).click();
  await page.getByRole('heading', { name: 'No open case' }).waitFor();
});
afterAll(async () => {
  await browser.close();
  await bench.close();
});

async function fillPassword(on: Page): Promise<void> {
  await on.getByLabel('Name', { exact: true }).fill('ada');
  await on.getByLabel('Password', { exact: true }).fill(password);
  await on.getByRole('button', { name: 'Sign in', exact: true }).click();
}

async function openFactors(on: Page): Promise<void> {
  await on.getByRole('button', { name: /account of Ada/ }).click();
  await on.getByRole('menuitem', { name: 'Second factor ...' }).click();
}

test('a passkey is added in the account’s menu', { timeout: limitMs }, async () => {
  await openFactors(page);
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await page.getByLabel('Name of the passkey').fill('Desk in room 4');
  await page.getByLabel('Your password').fill(password);
  expect(await findFaults(page)).toEqual([]);
  await page.getByRole('button', { name: 'Add the passkey' }).click();
  await page.getByRole('button', { name: 'I have kept them' }).waitFor();
  codes = await page.locator('ol code').allInnerTexts();
  await page.getByRole('button', { name: 'I have kept them' }).click();
  await page.getByText('Desk in room 4').waitFor();
  await page.getByText(/^passkey, added today/).waitFor();
  expect(await findFaults(page)).toEqual([]);
  // The same device makes no second one for the same account.
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await page.getByLabel('Your password').fill(password);
  await page.getByRole('button', { name: 'Add the passkey' }).click();
  await page.getByText('This device has a passkey for your account already.').waitFor();
  await page.keyboard.press('Escape');
});

test('signing in asks for it after the password', { timeout: limitMs }, async () => {
  await page.getByRole('button', { name: /account of Ada/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await fillPassword(page);
  await page.getByRole('button', { name: 'Use the passkey' }).waitFor();
  expect(await findFaults(page)).toEqual([]);
  await page.getByRole('button', { name: 'Use the passkey' }).click();
  await page.getByRole('heading', { name: 'No open case' }).waitFor();
  await openFactors(page);
  await page.getByText(/^passkey, added today .*, last used today/).waitFor();
});

test('where browsers have none, a recovery code stands in, and the button says why', {
  timeout: limitMs,
}, async () => {
  const { page: number } = await openPage(browser, bench.address);
  await number.goto('/');
  await fillPassword(number);
  await number.getByLabel('Recovery code').fill(codes[0]!);
  expect(await number.getByRole('button', { name: 'Use a passkey' }).count()).toBe(0);
  await number.getByRole('button', { name: 'Sign in', exact: true }).click();
  await number.getByRole('heading', { name: 'No open case' }).waitFor();
  await openFactors(number);
  const button = number.getByRole('button', { name: 'Add a passkey' });
  await button.waitFor();
  expect(await button.isDisabled()).toBe(true);
  expect(await button.getAttribute('title')).toContain('open the server by its name');
  await number.context().close();
  expect(faults).toEqual([]);
});
