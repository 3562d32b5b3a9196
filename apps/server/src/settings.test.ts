import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readSettings } from './settings.ts';

test('the defaults are one person on this machine with the embedded database', () => {
  const settings = readSettings({ LEUKOSCOPE_DATA: '/tmp/x' });
  expect(settings).toMatchObject({
    mode: 'local',
    host: '127.0.0.1',
    database: { folder: path.resolve('/tmp/x') },
  });
});

const webFolder = mkdtempSync(path.join(os.tmpdir(), 'leukoscope-web-'));
writeFileSync(path.join(webFolder, 'index.html'), '<!doctype html>');
afterAll(() => rmSync(webFolder, { recursive: true }));

test('DATABASE_URL switches to PostgreSQL; other settings change what they name', () => {
  const settings = readSettings({
    DATABASE_URL: 'postgres://a/b',
    LEUKOSCOPE_WORKERS: '3',
    LEUKOSCOPE_MAX_UPLOAD_MB: '2',
    LEUKOSCOPE_MAX_MEGAPIXELS: '1.5',
    LEUKOSCOPE_JOB_MINUTES: '2',
    LEUKOSCOPE_JOB_MEMORY_MB: '512',
    LEUKOSCOPE_MODE: 'accounts',
    LEUKOSCOPE_HOST: '0.0.0.0',
    LEUKOSCOPE_PORT: '0',
    LEUKOSCOPE_TRUST_PROXY: '1',
    LEUKOSCOPE_PUBLIC_URL: 'https://lab.example',
    LEUKOSCOPE_MODELS: '/m',
    LEUKOSCOPE_WEB: webFolder,
    LEUKOSCOPE_LOG: 'warn',
  });
  expect(settings).toMatchObject({
    database: { url: 'postgres://a/b' },
    mode: 'accounts',
    host: '0.0.0.0',
    port: 0,
    trustProxy: 1,
    publicUrl: 'https://lab.example',
    modelsFolder: path.resolve('/m'),
    webFolder,
    log: 'warn',
    limits: { uploadBytes: 2 * 2 ** 20, pixels: 1.5e6 },
    work: { workers: 3, jobMs: 120_000, jobMemoryBytes: 512 * 2 ** 20 },
  });
});

test.each([
  [{ LEUKOSCOPE_PORT: 'http' }, /LEUKOSCOPE_PORT/],
  [{ LEUKOSCOPE_HOST: '0.0.0.0' }, /loopback address in local mode/],
  [{ DATABASE_URL: 'mysql://x' }, /DATABASE_URL/],
  [{ LEUKOSCOPE_WEB: '/nowhere' }, /LEUKOSCOPE_WEB .* no index\.html/],
  [{ LEUKOSCOPE_DEMO: 'no' }, /LEUKOSCOPE_DEMO/],
])('%j is refused with the name of the setting', (environment, message) => {
  expect(() => readSettings(environment)).toThrow(message);
});

test("LEUKOSCOPE_STORAGE keeps files in a bucket, at Amazon or at an endpoint of one's own", () => {
  expect(readSettings({ LEUKOSCOPE_DATA: '/tmp/x' }).storage).toEqual({
    folder: path.resolve('/tmp/x/files'),
  });
  expect(
    readSettings({ LEUKOSCOPE_STORAGE: 's3://smears', AWS_DEFAULT_REGION: 'eu-west-1' }).storage,
  ).toEqual({
    bucket: 'smears',
    prefix: '',
    endpoint: undefined,
    region: 'eu-west-1',
  });
  const environment = {
    LEUKOSCOPE_STORAGE: 's3://smears/lab/a/',
    AWS_ENDPOINT_URL: 'http://other:9000',
    AWS_ENDPOINT_URL_S3: 'http://minio:9000',
    AWS_REGION: 'eu-1',
    AWS_DEFAULT_REGION: 'us-1',
  };
  expect(readSettings(environment).storage).toEqual({
    bucket: 'smears',
    prefix: 'lab/a/',
    endpoint: 'http://minio:9000',
    region: 'eu-1',
  });
  for (const wrong of [
    'smears',
    's3://',
    's3://Big',
    's3://smears/../x',
    's3://smears/x y',
    'file:///tmp',
  ]) {
    expect(() => readSettings({ LEUKOSCOPE_STORAGE: wrong }), wrong).toThrow('LEUKOSCOPE_STORAGE');
  }
  expect(() =>
    readSettings({ LEUKOSCOPE_STORAGE: 's3://smears', LEUKOSCOPE_MAX_UPLOAD_MB: '6000' }),
  ).toThrow('at most 5000');
});

test('the demonstration case is for one person on an own machine, and can be switched off', () => {
  expect(readSettings({}).hasDemo).toBe(true);
  expect(readSettings({ LEUKOSCOPE_DEMO: '0' }).hasDemo).toBe(false);
  expect(readSettings({ LEUKOSCOPE_MODE: 'accounts' }).hasDemo).toBe(false);
});

describe('the sign-in provider', () => {
  const provider = {
    LEUKOSCOPE_MODE: 'accounts',
    LEUKOSCOPE_PUBLIC_URL: 'https://lab.example',
    LEUKOSCOPE_OIDC_ISSUER: 'https://login.example/realms/staff',
    LEUKOSCOPE_OIDC_CLIENT_ID: 'leukoscope',
  };

  test('is none unless it is named', () => {
    expect(readSettings({ LEUKOSCOPE_WEB: undefined }).oidc).toBeUndefined();
  });

  test('sends browsers back to the public address, with the secret of a file', () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'leukoscope-secret-'));
    const file = path.join(folder, 'secret');
    writeFileSync(file, 'from the provider\n');
    try {
      expect(readSettings({ ...provider, LEUKOSCOPE_OIDC_SECRET_FILE: file }).oidc).toEqual({
        name: 'your organisation',
        issuer: 'https://login.example/realms/staff',
        clientId: 'leukoscope',
        clientSecret: 'from the provider',
        redirectUri: 'https://lab.example/oidc',
      });
      expect(readSettings(provider).oidc?.clientSecret).toBeUndefined();
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test.each([
    ['LEUKOSCOPE_OIDC_ISSUER', { LEUKOSCOPE_OIDC_ISSUER: undefined }],
    ['LEUKOSCOPE_OIDC_ISSUER', { LEUKOSCOPE_OIDC_ISSUER: 'http://login.example' }],
    ['LEUKOSCOPE_OIDC_CLIENT_ID', { LEUKOSCOPE_OIDC_CLIENT_ID: undefined }],
    ['LEUKOSCOPE_PUBLIC_URL', { LEUKOSCOPE_PUBLIC_URL: undefined }],
    ['LEUKOSCOPE_MODE', { LEUKOSCOPE_MODE: 'local' }],
    ['LEUKOSCOPE_OIDC_SECRET_FILE', { LEUKOSCOPE_OIDC_SECRET_FILE: '/nowhere/secret' }],
  ])('is refused by %s with what has to be there', (name, change) => {
    expect(() => readSettings({ ...provider, ...change })).toThrow(`setting ${name} must`);
  });
});
