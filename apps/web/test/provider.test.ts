/**
 * Signing in by the organisation's provider, as people meet it: refused, linked by an administrator, let in, and
 * confirming there who signs a case. The tests stand in the order of the work.
 */
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { createClient } from '@leukoscope/client';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  startOidcProvider,
  type TestProvider,
} from '../../../scripts/test-provider/start-oidc-provider.ts';
import { bringAxe, findFaults } from './find-faults.ts';
import { decideAll, makeCase } from './make-case.ts';
import { openBrowser, openPage } from './open-browser.ts';
import { startWorkbench, type Workbench } from './start-workbench.ts';

const limitMs = 180_000;
const password = 'a long enough phrase';

let bench: Workbench;
let provider: TestProvider;
let browser: Browser;
let folder: string;
let address: string;
let ada: Page;
let eve: Page;
let faults: readonly string[];

beforeAll(async () => {
  const port = await freePort();
  address = `http://localhost:${port}`;
  provider = await startOidcProvider(`${address}/oidc`);
  folder = mkdtempSync(path.join(os.tmpdir(), 'leukoscope-secret-'));
  const secretFile = path.join(folder, 'secret');
  writeFileSync(secretFile, `${provider.settings.clientSecret}\n`, { mode: 0o600 });
  [bench, browser] = await Promise.all([
    startWorkbench({
      mode: 'accounts',
      port,
      environment: {
        LEUKOSCOPE_PUBLIC_URL: address,
        LEUKOSCOPE_OIDC_ISSUER: provider.settings.issuer,
        LEUKOSCOPE_OIDC_CLIENT_ID: provider.settings.clientId,
        LEUKOSCOPE_OIDC_SECRET_FILE: secretFile,
        LEUKOSCOPE_OIDC_NAME: 'North Hospital',
      },
    }),
    openBrowser(),
  ]);
  ({ page: ada, faults } = await openPage(browser, address));
  await bringAxe(ada.context());
  await ada.goto(bench.setupLink!);
  await ada.getByLabel('Your name').fill('Ada Lovelace');
  await ada.getByLabel('Name to sign in with').fill('ada');
  await ada.getByLabel('New password', { exact: true }).fill(password);
  await ada.getByLabel('New password again').fill(password);
  await ada.getByRole('button', { name: 'Make the administrator' }).click();
  await ada.getByRole('heading', { name: 'No open case' }).waitFor();
});
afterAll(async () => {
  await browser.close();
  await bench.close();
  await provider.close();
  rmSync(folder, { recursive: true });
});

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const at = probe.address();
  probe.close();
  await once(probe, 'close');
  return typeof at === 'object' && at !== null ? at.port : 0;
}

test('somebody unknown is refused with the name that an administrator has to link', {
  timeout: limitMs,
}, async () => {
  ({ page: eve } = await openPage(browser, address));
  await bringAxe(eve.context());
  provider.person = { sub: 'staff-17', name: 'Eve Adams', preferred_username: 'eve' };
  await eve.goto('/models');
  await eve.getByRole('button', { name: 'Sign in with North Hospital' }).waitFor();
  expect(await findFaults(eve)).toEqual([]);
  await eve.getByRole('button', { name: 'Sign in with North Hospital' }).click();
  await eve.getByText('identity must belong to an account').waitFor();
  await eve.getByText('staff-17').waitFor();
  expect(new URL(eve.url()).search).toBe('');
  expect(await findFaults(eve)).toEqual([]);
});

test('an administrator makes an account for it, and its person is let in where she wanted to go', {
  timeout: limitMs,
}, async () => {
  await ada.getByRole('link', { name: 'Accounts' }).click();
  await ada.getByRole('button', { name: 'New account' }).click();
  const dialog = ada.getByRole('dialog');
  await dialog.getByLabel('Name', { exact: true }).fill('Eve Adams');
  await dialog.getByLabel('Name to sign in with').fill('eve');
  await dialog.getByLabel('Role').selectOption('signer');
  await dialog.getByLabel('Signs in').selectOption('provider');
  await dialog.getByLabel('Subject (sub)').fill('staff-17');
  expect(await findFaults(ada)).toEqual([]);
  await dialog.getByRole('button', { name: 'Make the account' }).click();
  await ada.getByText('staff-17 at North Hospital').waitFor();
  expect(await findFaults(ada)).toEqual([]);
  await eve.goto('/models');
  await eve.getByRole('button', { name: 'Sign in with North Hospital' }).click();
  await eve.getByText('Blobs').first().waitFor();
  expect(new URL(eve.url()).pathname).toBe('/models');
});

test('without a password one signs after a new sign-in at the provider', {
  timeout: limitMs,
}, async () => {
  await ada.getByRole('button', { name: 'New key' }).click();
  const dialog = ada.getByRole('dialog');
  await dialog.getByLabel('Name', { exact: true }).fill('Scanner');
  await dialog.getByLabel('Role').selectOption('reviewer');
  await dialog.getByRole('button', { name: 'Make the key' }).click();
  const apiKey = await dialog.locator('code').innerText();
  const client = createClient({ baseUrl: bench.address, apiKey });
  const { id } = await makeCase(client, 'P-1', [['neutrophil', 'lymphocyte']], 10);
  await decideAll(client, id);
  await eve.goto(`/cases/${id}`);
  await eve.getByRole('button', { name: 'Sign version 1 ...' }).first().click();
  const sign = eve.getByRole('dialog', { name: /Sign version 1/ });
  await sign.getByRole('checkbox', { name: /are enough here$/ }).check();
  await sign.getByText('your account has no password here').waitFor();
  expect(await findFaults(eve)).toEqual([]);
  const button = sign.getByRole('button', { name: 'Sign', exact: true });
  expect(await button.isDisabled()).toBe(true);
  const logins = provider.logins();
  const [window] = await Promise.all([
    eve.waitForEvent('popup'),
    sign.getByRole('button', { name: 'Confirm at North Hospital' }).click(),
  ]);
  await window.getByText('You are confirmed.').waitFor();
  await window.close();
  expect(provider.logins()).toBe(logins + 1);
  await sign.getByText('You are confirmed by North Hospital.').waitFor();
  expect(await findFaults(eve)).toEqual([]);
  await button.click();
  await eve.getByText('Version 1 is signed and locked.').first().waitFor();
});

test('settings say what becomes of people who are new', { timeout: limitMs }, async () => {
  await ada.keyboard.press('Escape');
  await ada.getByRole('link', { name: 'Settings' }).click();
  await ada
    .getByLabel('Who signs in with North Hospital and has no account')
    .selectOption('viewer');
  expect(await findFaults(ada)).toEqual([]);
  await ada.getByRole('button', { name: 'Save settings' }).click();
  await ada.getByText('Everything is saved.').waitFor();
  provider.person = { sub: 'staff-18', name: 'Ben Carter', preferred_username: 'ben' };
  const { page: ben } = await openPage(browser, address);
  await ben.goto('/');
  await ben.getByRole('button', { name: 'Sign in with North Hospital' }).click();
  await ben.getByRole('link', { name: 'P-1' }).waitFor({ state: 'hidden' });
  await ben.getByRole('button', { name: /account of Ben Carter/ }).waitFor();
  await ben.context().close();
  expect(faults).toEqual([]);
});
