/** @file What the command line needs of the server. */
export { type Anchor, compareWithAnchor, parseAnchor, takeAnchor } from './backup/anchor.ts';
export { type BackupCount, backUp, restore } from './backup/backup.ts';
export { verifyAll } from './backup/verify.ts';
export { faultWords } from './fault-words.ts';
export { rotateKey } from './ledger/rotate-key.ts';
export { main } from './main.ts';
export { isLoopback, readSettings, type Settings } from './settings.ts';
export {
  type Core,
  type OpenPurpose,
  openCore,
  type Replacements,
  type RunningServer,
  startServer,
  startWorker,
} from './start-server.ts';
