/**
 * @file A whole server process with the web application, for tests in a browser. Its settings are those
 * of the environment; `LEUKOSCOPE_TEST_BLOBS=1` puts the blobs' model in the place of a network. Prints
 * its address, then the one-time link where there is one.
 */
import { readSettings, startServer } from '@leukoscope/server';

const settings = readSettings();
const script = (name: string) => new URL(`../../server/test/${name}`, import.meta.url);
const blobs = {
  analyseScript: script('analyse-blobs-host.ts'),
  learnScript: script('learn-blobs-host.ts'),
};
const server = await startServer(
  // 2^10 keeps sign-ins fast; the cost stands in each hash, so nothing else changes.
  { ...settings, limits: { ...settings.limits, passwordCost: 10, requestsPerMinute: 100_000 } },
  process.env['LEUKOSCOPE_TEST_BLOBS'] === '1' ? blobs : {},
);
console.log(JSON.stringify({ address: server.address, setupLink: server.setupLink ?? null }));
process.on('SIGTERM', () => {
  void server.close().then(() => process.exit(0));
});
