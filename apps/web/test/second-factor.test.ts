/**
 * A second factor as people meet it: added in the account's menu, asked for at the next sign-in, replaced by a
 * recovery code, asked for by the site of a role, removed by an administrator. The tests stand in the order of the work.
 */
import { TOTP } from 'otpauth';
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
let secret: string;
let codes: string[];

beforeAll(async () => {
  [bench, browser] = await Promise.all([startWorkbench({ mode: 'accounts' }), openBrowser()]);
  ({ page, faults } = await openPage(browser, bench.address));
  await bringAxe(page.context());
  await page.goto(bench.setupLink!);
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

/** What the app shows so many half minutes from now: each is taken once, and the next one already. */
function codeOf(of: string, later = 0): string {
  return new TOTP({ secret: of }).generate({ timestamp: Date.now() + later * 30_000 });
}

async function fillPassword(on: Page, name: string): Promise<void> {
  await on.getByLabel('Name', { exact: true }).fill(name);
  await on.getByLabel('Password', { exact: true }).fill(password);
  await on.getByRole('button', { name: 'Sign in', exact: true }).click();
}

async function signOut(): Promise<void> {
  await page.getByRole('button', { name: /account of Ada/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
}

/** Go through the steps that add an app; returns its secret. */
async function addApp(on: Page): Promise<string> {
  await on.getByLabel('Your password').fill(password);
  await on.getByRole('button', { name: 'Go on' }).click();
  await on.getByRole('img', { name: 'QR code with the secret for the app' }).waitFor();
  expect(await findFaults(on)).toEqual([]);
  const shown = (await on.locator('code').innerText()).replaceAll(' ', '');
  await on.getByLabel('Code that the app shows').fill('000 000');
  await on.getByRole('button', { name: 'Add the app' }).click();
  await on.getByText('code must be the one that is shown now').waitFor();
  await on.getByLabel('Code that the app shows').fill(codeOf(shown));
  await on.getByRole('button', { name: 'Add the app' }).click();
  await on.getByRole('button', { name: 'I have kept them' }).waitFor();
  expect(await findFaults(on)).toEqual([]);
  return shown;
}

test('a weak password is told while it is typed, in the words of the server', {
  timeout: limitMs,
}, async () => {
  await page.getByRole('button', { name: /account of Ada/ }).click();
  await page.getByRole('menuitem', { name: 'Change password ...' }).click();
  await page.getByLabel('New password', { exact: true }).fill('ada lovelace');
  await page
    .getByText('password must be hard to guess. Received one that holds a name of the account')
    .waitFor();
  expect(await findFaults(page)).toEqual([]);
  await page.getByLabel('New password', { exact: true }).fill('teal zeppelins over Oslo');
  await page.getByText('password must be hard to guess').waitFor({ state: 'detached' });
  await page.keyboard.press('Escape');
});

test('an app is added in the account’s menu, with recovery codes', {
  timeout: limitMs,
}, async () => {
  await page.getByRole('button', { name: /account of Ada/ }).click();
  await page.getByRole('menuitem', { name: 'Second factor ...' }).click();
  await page.getByText('Signing in asks for your password only.').waitFor();
  expect(await findFaults(page)).toEqual([]);
  await page.getByRole('button', { name: 'Add an app' }).click();
  secret = await addApp(page);
  codes = await page.locator('ol code').allInnerTexts();
  expect(codes).toHaveLength(10);
  await page.getByRole('button', { name: 'I have kept them' }).click();
  await page.getByText('10 left, never used').waitFor();
  expect(await findFaults(page)).toEqual([]);
  await page.keyboard.press('Escape');
});

test('signing in asks for a code after the password, or a recovery code', {
  timeout: limitMs,
}, async () => {
  await signOut();
  await fillPassword(page, 'ada');
  await page.getByLabel('Code that your app shows').fill('000000');
  expect(await findFaults(page)).toEqual([]);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByText('code must be the one that is shown now').waitFor();
  await page.getByLabel('Code that your app shows').fill(codeOf(secret, 1));
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('heading', { name: 'No open case' }).waitFor();
  await signOut();
  await fillPassword(page, 'ada');
  await page.getByRole('button', { name: 'Use a recovery code' }).click();
  await page.getByLabel('Recovery code').fill(codes[0]!);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('heading', { name: 'No open case' }).waitFor();
});

test('whoever has none where the site asks one adds it before anything else', {
  timeout: limitMs,
}, async () => {
  await page.getByRole('link', { name: 'Settings' }).click();
  await page.getByLabel('Signers').check();
  expect(await findFaults(page)).toEqual([]);
  await page.getByRole('button', { name: 'Save settings' }).click();
  await page.getByText('Everything is saved.').waitFor();
  await page.getByRole('link', { name: 'Accounts' }).click();
  await page.getByRole('button', { name: 'New account' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name', { exact: true }).fill('Grace Hopper');
  await dialog.getByLabel('Name to sign in with').fill('grace');
  await dialog.getByLabel('Role').selectOption('signer');
  await dialog.getByLabel('New password', { exact: true }).fill(password);
  await dialog.getByLabel('New password again').fill(password);
  await dialog.getByRole('button', { name: 'Make the account' }).click();
  await page.getByLabel('Role of Grace Hopper').waitFor();

  const { page: grace } = await openPage(browser, bench.address);
  await bringAxe(grace.context());
  await grace.goto('/');
  await fillPassword(grace, 'grace');
  await grace.getByText('This site asks people with your role').waitFor();
  expect(await findFaults(grace)).toEqual([]);
  await addApp(grace);
  await grace.getByRole('button', { name: 'I have kept them' }).click();
  await grace.getByRole('heading', { name: 'No open case' }).waitFor();
  await grace.context().close();
});

test('an administrator removes the factor of somebody who has lost it', {
  timeout: limitMs,
}, async () => {
  await page.reload();
  await page.getByRole('button', { name: 'Remove second factor of Grace Hopper' }).click();
  const sure = 'Remove for good: second factor of Grace Hopper';
  await page.getByRole('button', { name: sure }).click();
  await page.getByRole('button', { name: /second factor of Grace/ }).waitFor({ state: 'detached' });
  expect(await findFaults(page)).toEqual([]);
  expect(faults.filter((fault) => !/status of 403/.test(fault))).toEqual([]);
});
