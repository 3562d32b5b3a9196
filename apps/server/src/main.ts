/**
 * @file `node apps/server/src/main.ts COMMAND`: serve, worker, verify, backup FOLDER, restore FOLDER [KEY FILE],
 * rotate-key [--lost].
 *
 * Decides on exit codes and prints; everything else is in the functions it calls.
 */
import { LeukoscopeError } from '@leukoscope/core';
import { backUp, restore } from './backup/backup.ts';
import { verifyAll } from './backup/verify.ts';
import { faultWords } from './fault-words.ts';
import { rotateKey } from './ledger/rotate-key.ts';
import { readSettings } from './settings.ts';
import { openCore, startServer, startWorker } from './start-server.ts';

/** Whoever stops the server kills it after ten seconds, or five. */
const stopMs = 4500;

/** Run a command; resolves with the exit code when it is done, or when the server has stopped. */
export async function main(argv: readonly string[]): Promise<number> {
  const [command = 'serve', folder, keyFile] = argv;
  const settings = readSettings();
  const onFault = (error: Error) => console.error(`warning: ${faultWords(error)}`);
  // Where a start hangs, at a database that does not answer or a lock that another process holds.
  const onStep = (step: string) => {
    if (settings.log === 'debug') console.error(`start: ${step}`);
  };
  switch (command) {
    case 'serve': {
      const server = await startServer(settings, { onFault, onStep });
      console.log(`Leukoscope listens on ${server.address}. For research use only.`);
      if (server.setupLink !== undefined) {
        console.log(
          `Open this link once, within a day, to make the first administrator:\n${server.setupLink}`,
        );
      }
      return untilStopped(() => server.close());
    }
    case 'worker': {
      const worker = await startWorker(settings, { onFault, onStep });
      console.log(`Leukoscope takes jobs, ${settings.work.workers} at a time.`);
      return untilStopped(() => worker.close());
    }
    case 'verify':
    case 'backup':
    case 'restore': {
      if (command !== 'verify' && folder === undefined) {
        throw new LeukoscopeError(
          'COMMAND',
          `${command} must name a folder. Received none. Write: ${command} FOLDER.`,
        );
      }
      const purpose = command === 'restore' ? 'serve' : 'inspect';
      const core = await openCore(settings, { onFault, purpose });
      try {
        if (command === 'verify') {
          const faults = await verifyAll(core.context);
          for (const fault of faults) console.error(fault);
          console.log(
            faults.length === 0 ? 'Everything is as it was stored.' : `${faults.length} faults.`,
          );
          return faults.length === 0 ? 0 : 1;
        }
        const done = await (command === 'backup'
          ? backUp(core.context, folder!)
          : restore(core.context, folder!, { keyFile }));
        console.log(`${command}: ${done.rows} rows, ${done.files} files.`);
        return 0;
      } finally {
        await core.close();
      }
    }
    case 'rotate-key': {
      const isLost = folder === '--lost';
      const core = await openCore(settings, {
        onFault,
        purpose: 'inspect',
        acceptsLostKeys: isLost,
      });
      try {
        const keyId = await rotateKey(core.context, { isLost });
        console.log(`${keyId} seals from now on. Keep a copy of ${settings.keyFile} apart.`);
        return 0;
      } finally {
        await core.close();
      }
    }
    default:
      throw new LeukoscopeError(
        'COMMAND',
        `command must be serve, worker, verify, backup, restore or rotate-key. Received "${command}".`,
      );
  }
}

/** Wait, and stop on SIGINT or SIGTERM; a second signal, or a stop that hangs, ends the process at once. */
export function untilStopped(close: () => Promise<void>): Promise<number> {
  return new Promise((resolve) => {
    let isStopping = false;
    const stop = () => {
      if (isStopping) process.exit(1);
      isStopping = true;
      setTimeout(() => process.exit(1), stopMs).unref();
      close().then(
        () => resolve(0),
        (error: unknown) => {
          console.error(faultWords(error));
          resolve(1);
        },
      );
    };
    process.on('SIGINT', stop);
    process.on('SIGTERM', stop);
  });
}

if (import.meta.main) {
  main(process.argv.slice(2)).then(
    (code) => process.exit(code),
    (error: unknown) => {
      console.error(error instanceof LeukoscopeError ? error.message : error);
      process.exit(1);
    },
  );
}
