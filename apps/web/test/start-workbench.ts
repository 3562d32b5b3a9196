/** @file Starts the whole application as a process of its own, in a temporary folder. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import readline from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type Client, createClient } from '@leukoscope/client';
import { z } from 'zod';
import { databaseTemplate } from '../../server/test/database-template.ts';
import { testPlace } from '../../server/test/test-place.ts';
import { buildWebApp } from './build-web-app.ts';

const startedSchema = z.object({ address: z.string(), setupLink: z.string().nullable() });

/** What a workbench can be told. */
export interface WorkbenchOptions {
  /** @default 'local' */
  readonly mode?: 'local' | 'accounts';
  /** Wait of the blobs' model before each answer. @default 0 */
  readonly delayMs?: number;
  /** @default a free one */
  readonly port?: number;
  /** Make the demonstration case. @default false */
  readonly hasDemo?: boolean;
  /** Analyse with the model that ships, not with the blobs' one. @default false */
  readonly isReal?: boolean;
  /** More of the blobs' models by id, each with what it does. @default none */
  readonly models?: Readonly<Record<string, object>>;
  /** More of the server's settings, as its environment. @default none */
  readonly environment?: Readonly<Record<string, string>>;
  /** Folder of an earlier workbench, to go on with. @default a new one */
  readonly folder?: string;
}

/** A workbench under test. */
export interface Workbench {
  readonly address: string;
  readonly setupLink: string | null;
  readonly folder: string;
  readonly client: Client;
  /** Kill the process as a power cut would; the folder stays. */
  kill(): Promise<void>;
  /** Stop and remove the folder. */
  close(): Promise<void>;
}

/** With the tables that a first start would make, which is what takes it longest. */
async function freshFolder(): Promise<string> {
  const folder = mkdtempSync(path.join(testPlace(), 'leukoscope-e2e-'));
  cpSync(await databaseTemplate(), path.join(folder, 'data'), { recursive: true });
  return folder;
}

/** Start a workbench with the blobs' model. */
export async function startWorkbench(options: WorkbenchOptions = {}): Promise<Workbench> {
  const { mode = 'local', delayMs = 0, port = 0, hasDemo = false, isReal = false } = options;
  const folder = options.folder ?? (await freshFolder());
  const models = path.join(folder, 'models');
  mkdirSync(models, { recursive: true });
  writeFileSync(path.join(models, 'blobs.json'), JSON.stringify({ behaviour: 'work', delayMs }));
  for (const [id, behaviour] of Object.entries(options.models ?? {}))
    writeFileSync(path.join(models, `${id}.json`), JSON.stringify(behaviour));
  writeFileSync(path.join(models, 'blobs.md'), '# Blobs\n\nDark blobs on a light ground.\n');
  const child = spawn(
    process.execPath,
    [
      '--conditions=@leukoscope/source',
      fileURLToPath(new URL('./serve-workbench.ts', import.meta.url)),
    ],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        ...process.env,
        LEUKOSCOPE_DATA: path.join(folder, 'data'),
        ...(isReal ? {} : { LEUKOSCOPE_MODELS: models, LEUKOSCOPE_TEST_BLOBS: '1' }),
        LEUKOSCOPE_DEMO: hasDemo ? '1' : '0',
        LEUKOSCOPE_WEB: await buildWebApp(),
        LEUKOSCOPE_MODE: mode,
        LEUKOSCOPE_PORT: String(port),
        LEUKOSCOPE_LOG: 'silent',
        ...options.environment,
      },
    },
  );
  const lines = readline.createInterface({ input: child.stdout });
  const [line] = await Promise.race([
    once(lines, 'line'),
    once(child, 'exit').then(([code]) => {
      throw new Error(`server ended with ${code} before it listened.`);
    }),
  ]);
  const { address, setupLink } = startedSchema.parse(JSON.parse(String(line)));
  const end = async (signal: 'SIGTERM' | 'SIGKILL') => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const isOver = once(child, 'exit');
    child.kill(signal);
    await isOver;
  };
  return {
    address,
    setupLink,
    folder,
    client: createClient({ baseUrl: address }),
    kill: () => end('SIGKILL'),
    close: async () => {
      await end('SIGTERM');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
