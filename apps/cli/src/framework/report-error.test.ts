import { readFile } from 'node:fs/promises';
import { LeukoscopeError } from '@leukoscope/core';
import { expect, test } from 'vitest';
import { causesOf, reportOf } from './report-error.ts';
import { UsageError } from './usage-error.ts';

const system = (code: string, path = '/data/a.png') =>
  Object.assign(new Error(`${code}: raw words`), { code, syscall: 'write', path });

test('tells wrong usage, failed work and faults of ours apart by exit code', () => {
  expect(reportOf(new UsageError('x must be y.'))).toMatchObject({ exitCode: 1 });
  expect(reportOf(new LeukoscopeError('CODE', 'x must be y.'))).toEqual({
    code: 'CODE',
    message: 'x must be y.',
    exitCode: 2,
  });
  expect(reportOf(new TypeError('oops'))).toMatchObject({ code: 'CLI_INTERNAL', exitCode: 2 });
  expect(reportOf(new TypeError('oops')).message).toMatch(/^internal: oops/);
  expect(reportOf(new DOMException('stop', 'AbortError'))).toMatchObject({ exitCode: 130 });
});

test.each([
  ['ENOSPC', 'It is full'],
  ['EACCES', 'Permission was denied'],
  ['EROFS', 'read-only'],
  ['ENOENT', 'Found nothing there'],
])('says what %s means and where', (code, words) => {
  const { message } = reportOf(system(code));
  expect(message).toContain('/data/a.png');
  expect(message).toContain(words);
});

test('finds what the system said below the words of a library', () => {
  const wrapped = new LeukoscopeError('FOLDER_MISSING', 'x', { cause: system('EACCES') });
  expect(reportOf(wrapped).message).toContain('Permission was denied');
  const missing = new LeukoscopeError('FILE_MISSING', 'own words', { cause: system('ENOENT') });
  expect(reportOf(missing).message).toBe('own words');
});

test('keeps to one line without control characters, and lists causes with the stack', async () => {
  const error = new LeukoscopeError('C', 'a\n  b\u001b[2J', { cause: new Error('deep') });
  expect(reportOf(error).message).toBe('a b?[2J');
  expect(causesOf(error)[0]).toBe('caused by: deep');
  expect(causesOf(error).length).toBeGreaterThan(1);
  const real = await readFile('/no/such/file').catch((thrown: unknown) => thrown);
  expect(reportOf(real).message).toBe('/no/such/file must exist. Found nothing there.');
});
