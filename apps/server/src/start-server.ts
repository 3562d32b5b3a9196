/**
 * @file Starts and stops a whole process: database, store, queue, child processes, HTTP. `startServer`
 * listens; `startWorker` only takes jobs, on this or another machine, from the same PostgreSQL.
 */
import path from 'node:path';
import { LeukoscopeError } from '@leukoscope/core';
import type { FastifyInstance } from 'fastify';
import { newSetupToken } from './auth/accounts.ts';
import { createOidcClient } from './auth/oidc-client.ts';
import { forgetOldSessions } from './auth/sessions.ts';
import { forgetOldTickets } from './auth/tickets.ts';
import type { Context } from './context.ts';
import { checkDataFolder } from './data-folder.ts';
import { openDb } from './db/open-db.ts';
import { startExportHost } from './exports/export-host.ts';
import { createFairLine } from './fair-line.ts';
import { createApp } from './create-app.ts';
import { startEventHub } from './http/event-hub.ts';
import { createCropCutter } from './images/crop-cutter.ts';
import { startImageHost } from './images/image-host.ts';
import { startPictureHost } from './images/picture-host.ts';
import { openTileCache } from './images/tile-cache.ts';
import { createJobHandlers } from './jobs/analyse-field.ts';
import { createLearningHandlers } from './jobs/learn-from-cells.ts';
import { createHostPool, type HostPool } from './hosts/host-pool.ts';
import { openJobQueue } from './jobs/job-queue.ts';
import { openModelShelf } from './models/model-shelf.ts';
import { openLedger } from './ledger/open-ledger.ts';
import { forgetSeenCells } from './services/seen-cells.ts';
import { placeAcceptedModels } from './services/place-models.ts';
import { ensureDemoCase } from './services/demo-case.ts';
import { forgetOldUploads } from './services/uploads.ts';
import type { Settings } from './settings.ts';
import { openStore } from './storage/open-store.ts';

/** Networks take every core they get: people's requests must come first, and learning after fields that wait. */
const analysisNiceness = 10;
const learningNiceness = 15;
const tidyMs = 3_600_000;
const mostLists = 100;
const answerMs = 1500;
const uploadLifeMs = 7 * 24 * 3_600_000;

/** The version that health, events and the OpenAPI document tell. */
export const serverVersion = '0.1.0';

/** What tests put in the place of the real thing. */
export interface Replacements {
  /** @default the system's clock */
  readonly clock?: () => Date;
  /** The program of analysis processes. @default jobs/analyse-host.ts */
  readonly analyseScript?: URL;
  /** The program of processes that learn. @default models/learn-host.ts */
  readonly learnScript?: URL;
  /** Hears of faults that pass: broken connections, failed tidying. @default none */
  readonly onFault?: (error: Error) => void;
  /** Hears what the start does next, to tell where one hangs. @default none */
  readonly onStep?: (step: string) => void;
}

/** What a process opens the data for. */
export interface OpenPurpose {
  /**
   * `serve` makes what a first start lacks; `inspect` makes nothing, and looks also at what is not as it must be.
   * @default 'serve'
   */
  readonly purpose?: 'serve' | 'inspect';
  /** Go on without keys that the key file lacks. @default false */
  readonly acceptsLostKeys?: boolean;
}

/** Everything below HTTP. */
export interface Core {
  readonly context: Context;
  readonly pool: HostPool;
  /** Where models learn. */
  readonly learners: HostPool;
  close(): Promise<void>;
}

/** A server that listens. */
export interface RunningServer extends Core {
  readonly app: FastifyInstance;
  /** Where it listens. */
  readonly address: string;
  /** The one-time link that makes the first administrator; undefined when there is one, or in local mode. */
  readonly setupLink: string | undefined;
}

/** Start a server and listen. */
export async function startServer(
  settings: Settings,
  replacements: Replacements = {},
): Promise<RunningServer> {
  const { onStep = () => {} } = replacements;
  const core = await openCore(settings, replacements);
  const { context } = core;
  onStep('follow events');
  const events = await startEventHub(context.db);
  onStep('make the HTTP application');
  const app = await createApp({ context, events, version: serverVersion, settings });
  try {
    onStep('listen');
    const address = await listen(app, settings);
    onStep('take jobs');
    if (settings.work.workers > 0) await takeJobs(core, settings);
    // Whoever stops the server at once ends that too, which is no fault.
    context.pictures.wake().catch(() => {});
    const stopTidying = startTidying(context, replacements.onFault);
    const stopDemo = startDemo(context, settings, replacements.onFault);
    return {
      ...core,
      app,
      address,
      setupLink: await setupLinkOf(context, settings, address),
      close: async () => {
        await stopTidying();
        await stopDemo();
        await closeApp(app);
        await events.close();
        await core.close();
      },
    };
  } catch (error) {
    await app.close();
    await events.close();
    await core.close();
    throw error;
  }
}

/** Requests that run have a moment to be answered; then whoever sends or reads slowly is cut off. */
async function closeApp(app: FastifyInstance): Promise<void> {
  const cut = setTimeout(() => app.server.closeAllConnections(), answerMs);
  try {
    await app.close();
  } finally {
    clearTimeout(cut);
  }
}

async function listen(app: FastifyInstance, { host, port }: Settings): Promise<string> {
  try {
    return await app.listen({ host, port });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
    const other = port < 65_535 ? port + 1 : port - 1;
    throw new LeukoscopeError(
      'PORT_BUSY',
      `port must be free to listen on. Received ${port} of ${host}, which another program has, perhaps another Leukoscope. Stop that one, or take another port: leukoscope serve --port ${other}, or LEUKOSCOPE_PORT=${other}.`,
      { cause: error },
    );
  }
}

/** Take jobs from a PostgreSQL that servers share. */
export async function startWorker(
  settings: Settings,
  replacements: Replacements = {},
): Promise<Core> {
  if (!('url' in settings.database)) {
    throw new LeukoscopeError(
      'WORKER_EMBEDDED',
      'worker must have a PostgreSQL to share with the server. Received no DATABASE_URL: the embedded database serves one process, which works by itself. Set DATABASE_URL.',
    );
  }
  const core = await openCore(settings, replacements);
  replacements.onStep?.('take jobs');
  await takeJobs(core, settings);
  return core;
}

/** Open everything below HTTP. */
export async function openCore(
  settings: Settings,
  replacements: Replacements & OpenPurpose = {},
): Promise<Core> {
  const { purpose = 'serve', acceptsLostKeys = false } = replacements;
  const mayMake = purpose !== 'inspect';
  const { onFault = () => {}, onStep = () => {}, clock = () => new Date() } = replacements;
  const { analyseScript = new URL('./models/analyse-host.ts', import.meta.url) } = replacements;
  const { learnScript = new URL('./models/learn-host.ts', import.meta.url) } = replacements;
  checkDataFolder(settings, { mayMake });
  onStep('open the database');
  const db = await openDb(settings.database, { onFault, mayMake });
  try {
    onStep('open the ledger');
    const keys = await openLedger(db, settings.keyFile, {
      clock,
      isInspection: !mayMake,
      acceptsLostKeys,
    });
    onStep('open the file store');
    const store = await openStore(settings.storage, { mayMake });
    onStep('open the queue of analyses');
    const queue = await openJobQueue(db, settings.work, onFault);
    const images = startImageHost(settings.limits);
    const pictures = startPictureHost(settings.limits);
    const crops = createCropCutter({
      cut: (sha256, squares, side) =>
        pictures.cutCrops({ sha256, read: () => store.read(sha256) }, squares, side),
    });
    const tiles = openTileCache({
      folder: path.join(settings.dataFolder, 'cache', 'tiles'),
      make: async (sha256, file) => pictures.makePyramid(await store.read(sha256), file),
    });
    const exports = startExportHost(path.join(settings.dataFolder, 'cache', 'exports'), clock);
    const pool = createHostPool({
      script: analyseScript,
      size: Math.max(1, settings.work.workers),
      deadlineMs: settings.work.jobMs,
      memoryBytes: settings.work.jobMemoryBytes,
      niceness: analysisNiceness,
    });
    const learners = createHostPool({
      script: learnScript,
      size: 1,
      deadlineMs: settings.work.jobMs,
      memoryBytes: settings.work.jobMemoryBytes,
      niceness: learningNiceness,
    });
    const context: Context = {
      db,
      keys,
      store,
      queue,
      images,
      pictures,
      crops,
      tiles,
      exports,
      longLists: createFairLine({ what: 'lists', atOnce: 1, mostOfOne: mostLists }),
      models: openModelShelf(
        settings.modelsFolder,
        path.resolve(settings.dataFolder, 'models'),
        pool,
      ),
      provider: settings.oidc === undefined ? undefined : createOidcClient(settings.oidc),
      clock,
      limits: settings.limits,
      learningFolder: path.join(settings.dataFolder, 'cache', 'learning'),
      uploadsFolder: path.join(settings.dataFolder, 'uploads'),
      mode: settings.mode,
    };
    if (mayMake) {
      onStep('put accepted models on the shelf');
      await placeAcceptedModels(context);
    }
    return {
      context,
      pool,
      learners,
      close: async () => {
        // First the queue, which waits for running jobs; then what they need.
        await queue.stop();
        await pool.close();
        await learners.close();
        await images.close();
        await pictures.close();
        await tiles.close();
        await exports.close();
        await store.close();
        await db.close();
      },
    };
  } catch (error) {
    await db.close();
    throw error;
  }
}

async function takeJobs(core: Core, settings: Settings): Promise<void> {
  const { context, pool, learners } = core;
  await context.queue.take(createJobHandlers(context, pool), settings.work.workers);
  await context.queue.learnings.take(createLearningHandlers(context, learners), 1);
}

async function setupLinkOf(
  context: Context,
  settings: Settings,
  address: string,
): Promise<string | undefined> {
  if (settings.mode === 'local') return undefined;
  const token = await newSetupToken(context);
  // Behind the #, so that it reaches neither logs nor other sites.
  return token === undefined ? undefined : `${settings.publicUrl ?? address}/setup#${token}`;
}

/** Tidy at the start, for whoever starts anew each day, and every hour; returns how to end that. */
function startTidying(
  context: Context,
  onFault: (error: Error) => void = () => {},
): () => Promise<void> {
  const tidy = async () => {
    await forgetOldSessions(context);
    await forgetOldTickets(context);
    await forgetOldUploads(context, new Date(context.clock().getTime() - uploadLifeMs));
    await forgetSeenCells(context, new Date(context.clock().getTime() - uploadLifeMs));
  };
  let last = tidy().catch(onFault);
  const timer = setInterval(() => {
    last = tidy().catch(onFault);
  }, tidyMs);
  timer.unref();
  return () => {
    clearInterval(timer);
    return last;
  };
}

/** Make the demonstration case while the server answers already; returns how to break that off. */
function startDemo(
  context: Context,
  settings: Settings,
  onFault: (error: Error) => void = () => {},
): () => Promise<void> {
  const stopping = new AbortController();
  const made =
    settings.hasDemo === true
      ? ensureDemoCase(context, stopping.signal).catch(onFault)
      : Promise.resolve();
  return () => {
    stopping.abort();
    return made;
  };
}
