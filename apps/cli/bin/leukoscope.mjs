#!/usr/bin/env -S node --conditions=@leukoscope/source
/**
 * @file The command `leukoscope`. In a checkout it runs the TypeScript sources; as a published package the
 * compiled `dist`. An old Node (Debian 12 has 20) hands over to the Node that the project brings along.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import module from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(import.meta.url);
const sources = path.resolve(here, '../../src/start.ts');
const hasSources = existsSync(sources);
const condition = '--conditions=@leukoscope/source';

const hasCondition =
  process.execArgv.includes(condition) || (process.env.NODE_OPTIONS ?? '').includes(condition);
if (isRecentEnough(process.versions.node) && (hasCondition || !hasSources)) {
  // Compiled code is kept from run to run: sources start much faster.
  module.enableCompileCache(path.resolve(here, '../../node_modules/.cache/compile'));
  const { start } = await import(hasSources ? '../src/start.ts' : '../dist/start.js');
  await start(process.argv.slice(2));
} else {
  runAgain(findNode());
}

/** Start this file again and hand signals on. */
function runAgain(node) {
  const flags = hasSources ? [condition] : [];
  const child = spawn(node, [...flags, here, ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    console.error(`error: ${node} must be a program that can be started. ${error.message}.`);
    process.exitCode = 2;
  });
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal === 'SIGINT' ? 130 : signal === 'SIGTERM' ? 143 : 2);
  });
}

function findNode() {
  if (isRecentEnough(process.versions.node)) return process.execPath;
  for (let folder = path.dirname(here); ; folder = path.dirname(folder)) {
    const bundled = path.join(folder, 'node_modules', '.bin', 'node');
    if (existsSync(bundled)) return bundled;
    if (folder === path.dirname(folder)) break;
  }
  console.error(
    `error: Node must be 22.18 or newer. Received ${process.versions.node}, and no bundled runtime exists for ${process.platform}-${process.arch}. Install Node 24 and try again.`,
  );
  return process.exit(2);
}

function isRecentEnough(version) {
  const [major, minor] = version.split('.').map(Number);
  return major > 22 || (major === 22 && minor >= 18);
}
