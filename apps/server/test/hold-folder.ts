/** @file Locks the folder that is named and waits to be killed. */
import { lockFolder } from '../src/db/folder-lock.ts';

await lockFolder(process.argv[2]!);
console.log('locked');
setInterval(() => {}, 1000);
