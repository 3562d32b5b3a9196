import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { allowedLicences, exceptions, isAllowed, readRuntimeLicences } from './runtime-licences.ts';

const lockFile = path.resolve(import.meta.dirname, '../package-lock.json');
const packages = readRuntimeLicences(lockFile);

test('every runtime dependency has a licence that is on the list', () => {
  expect(packages.length).toBeGreaterThan(100);
  expect(packages.filter((entry) => !isAllowed(entry))).toEqual([]);
});

test('the list holds nothing that no package needs', () => {
  const used = packages.flatMap(({ licence }) => licence?.match(/[\w.-]+/g) ?? []);
  expect([...allowedLicences].filter((one) => !used.includes(one))).toEqual([]);
  for (const { name, licence } of exceptions) {
    expect(packages.some((entry) => name.test(entry.name) && entry.licence === licence)).toBe(true);
  }
});

test.each([
  ['MIT', true],
  ['(MIT OR GPL-3.0-only)', true],
  ['GPL-3.0-only', false],
  ['MIT AND GPL-3.0-only', false],
  ['MPL-2.0', false],
  ['MIT AND (ISC OR GPL-3.0-only)', false],
  ['SEE LICENSE IN LICENSE', false],
  [undefined, false],
])('of a package under %s it is %s that it may run here', (licence, isFine) => {
  expect(isAllowed({ name: 'a', version: '1.0.0', licence })).toBe(isFine);
});

test('weak copyleft is for the packages that were looked at', () => {
  const licence = 'LGPL-3.0-or-later';
  expect(isAllowed({ name: '@img/sharp-libvips-linux-x64', version: '1', licence })).toBe(true);
  expect(isAllowed({ name: '@img/other', version: '1', licence })).toBe(false);
});

test('packages for development and our own are left out, names of aliases are told', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'leukoscope-licences-'));
  try {
    const file = path.join(folder, 'package-lock.json');
    const entries = {
      '': { version: '1.0.0' },
      'packages/own': { version: '1.0.0' },
      'node_modules/own': { link: true },
      'node_modules/tool': { version: '1.0.0', license: 'GPL-3.0-only', dev: true },
      'node_modules/a/node_modules/@b/c': { version: '2.0.0', license: 'ISC' },
      'node_modules/alias': { name: 'real', version: '3.0.0' },
    };
    writeFileSync(file, JSON.stringify({ packages: entries }));
    expect(readRuntimeLicences(file)).toEqual([
      { name: '@b/c', version: '2.0.0', licence: 'ISC' },
      { name: 'real', version: '3.0.0', licence: undefined },
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('every package of the lock file is bound to its content and comes from the registry', () => {
  const schema = z.object({
    packages: z.record(
      z.string(),
      z.object({
        link: z.boolean().optional(),
        integrity: z.string().optional(),
        resolved: z.string().optional(),
      }),
    ),
  });
  const lock = schema.parse(JSON.parse(readFileSync(lockFile, 'utf8')));
  const loose = Object.entries(lock.packages).filter(
    ([place, { link, integrity, resolved }]) =>
      place.includes('node_modules/') &&
      link !== true &&
      !(
        integrity?.startsWith('sha512-') === true &&
        (resolved === undefined || resolved.startsWith('https://registry.npmjs.org/'))
      ),
  );
  expect(loose).toEqual([]);
});
