/**
 * @file A whole server process with the blobs' model, for tests that kill it. Prints its address.
 *
 * Arguments: data folder, models folder, database URL or `embedded`.
 */
import path from 'node:path';
import { defaultLimits, defaultWork } from '../src/settings.ts';
import { startServer } from '../src/start-server.ts';

const [dataFolder = '', modelsFolder = '', database = 'embedded'] = process.argv.slice(2);
const server = await startServer(
  {
    database: database === 'embedded' ? { folder: dataFolder } : { url: database },
    dataFolder,
    storage: { folder: path.join(dataFolder, 'files') },
    host: '127.0.0.1',
    port: 0,
    mode: 'local',
    publicUrl: undefined,
    trustProxy: false,
    modelsFolder,
    webFolder: undefined,
    log: 'silent',
    limits: defaultLimits,
    work: { ...defaultWork, heartbeatSeconds: 10, retryDelaySeconds: 0, retries: 100 },
  },
  { analyseScript: new URL('./analyse-blobs-host.ts', import.meta.url) },
);
console.log(server.address);
