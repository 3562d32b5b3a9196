/**
 * @file A whole server or worker process with the blobs' model, for tests that kill it. Prints its address,
 * or `worker`, when it is ready. Its one argument is a task as JSON.
 */
import path from 'node:path';
import { z } from 'zod';
import { defaultLimits, defaultWork } from '../src/settings.ts';
import { untilStopped } from '../src/main.ts';
import { startServer, startWorker } from '../src/start-server.ts';

const taskSchema = z.object({
  role: z.enum(['server', 'worker']),
  dataFolder: z.string(),
  modelsFolder: z.string(),
  /** A URL, or `embedded`. */
  database: z.string(),
  workers: z.int(),
});

/** What a process is told. */
export type ProcessTask = z.infer<typeof taskSchema>;

if (import.meta.main) {
  const task = taskSchema.parse(JSON.parse(process.argv[2] ?? ''));
  const { dataFolder, modelsFolder, database } = task;
  const settings = {
    database: database === 'embedded' ? { folder: dataFolder } : { url: database },
    dataFolder,
    keyFile: path.join(dataFolder, 'ledger.key'),
    storage: { folder: path.join(dataFolder, 'files') },
    host: '127.0.0.1',
    port: 0,
    mode: 'local',
    publicUrl: undefined,
    oidc: undefined,
    trustProxy: 0,
    modelsFolder,
    webFolder: undefined,
    log: 'silent',
    limits: { ...defaultLimits, requestsPerMinute: 1_000_000 },
    work: {
      ...defaultWork,
      workers: task.workers,
      // The least that pg-boss takes.
      heartbeatSeconds: 10,
      retryDelaySeconds: 0,
      retries: 100,
    },
  } as const;
  const replacements = {
    analyseScript: new URL('./analyse-blobs-host.ts', import.meta.url),
    learnScript: new URL('./learn-blobs-host.ts', import.meta.url),
    onFault: (error: Error) => console.error(`fault: ${error.message}`),
    onStep: (step: string) => console.error(`${performance.now().toFixed(0)} ms: ${step}`),
  };
  // A test that was broken off leaves no server behind.
  process.on('disconnect', () => process.exit(1));
  if (task.role === 'server') {
    const server = await startServer(settings, replacements);
    console.log(server.address);
    process.exit(await untilStopped(() => server.close()));
  } else {
    await startWorker(settings, replacements);
    console.log('worker');
  }
}
