/** @file What the command line needs of the server. */
export { type BackupCount, backUp, restore } from './backup/backup.ts';
export { verifyAll } from './backup/verify.ts';
export { faultWords } from './fault-words.ts';
export { main } from './main.ts';
export { isLoopback, readSettings, type Settings } from './settings.ts';
export {
  type Core,
  openCore,
  type Replacements,
  type RunningServer,
  startServer,
  startWorker,
} from './start-server.ts';
