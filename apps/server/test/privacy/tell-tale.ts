/** @file Does everything that a private program does not, in its own process, a child and a thread. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { Worker } from 'node:worker_threads';

const leave = (name: string) => `require('fs').writeFileSync(${JSON.stringify(name)}, 'x')`;
writeFileSync('result', 'x');
writeFileSync(path.join(os.tmpdir(), 'by-process'), 'x');
spawnSync(process.execPath, ['--eval', leave(path.join(os.homedir(), 'by-child'))]);
new Worker(leave(path.join(os.homedir(), 'by-thread')), { eval: true });
// An address for documents (RFC 5737): nobody has it.
connect(80, '192.0.2.1').on('error', () => {});
fetch('http://leukoscope.invalid').catch(() => {});
