/**
 * @file Checks the house rules that no linter knows: file headers, names, lengths, and stray TODOs.
 *
 * Rules are those of CONTRIBUTING.md. A file whose header says `@data` is a table and may be long.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { root } from './runtime.mjs';

const longest = 400;
const bannedNames = /(^|-)(utils?|helpers?|common|misc)\.(ts|tsx|mjs)$/;
const goodName =
  /^([a-z0-9]+(-[a-z0-9]+)*)(\.test|\.bench|\.slow\.test)?\.(ts|mjs|cjs)$|^[A-Z][A-Za-z0-9]*(\.test)?\.tsx$|^main\.tsx$|^[a-z]+\.config\.ts$/;

const faults = [];
for (const folder of ['packages', 'apps', 'scripts', 'bench', 'examples', 'experiments']) {
  for (const file of walk(path.join(root, folder))) checkFile(file);
}
for (const fault of faults) console.error(fault);
if (faults.length > 0) {
  console.error(`${faults.length} breach(es) of the house rules (CONTRIBUTING.md).`);
  process.exit(1);
}

function checkFile(file) {
  const shown = path.relative(root, file);
  const name = path.basename(file);
  const text = readFileSync(file, 'utf8');
  const isTest = /\.test\.tsx?$/.test(name);
  if (bannedNames.test(name)) faults.push(`${shown}: name must say what the file holds.`);
  if (!goodName.test(name))
    faults.push(`${shown}: name must be kebab-case (components: PascalCase.tsx).`);
  const body = text.replace(/^#!.*\n/, '').trimStart();
  if (!isTest && !body.startsWith('/** @file') && !/^\/\*\*\s*\n \* @file/.test(body)) {
    faults.push(`${shown}: must open with a /** @file ... */ block.`);
  }
  const lines = text.split('\n').length;
  if (!isTest && lines > longest && !/@data/.test(body.slice(0, 800))) {
    faults.push(`${shown}: ${lines} lines; look for the second idea in it (limit ${longest}).`);
  }
  if (/\bTODO\b(?!\(#\d+\))/.test(text) && name !== 'check-house-rules.mjs') {
    faults.push(`${shown}: write TODO(#issue) or do it.`);
  }
}

function* walk(folder) {
  let entries;
  try {
    entries = readdirSync(folder);
  } catch {
    return;
  }
  for (const entry of entries.sort()) {
    if (entry === 'node_modules' || entry === 'dist' || entry.startsWith('.')) continue;
    const full = path.join(folder, entry);
    if (statSync(full).isDirectory()) yield* walk(full);
    else if (/\.(ts|tsx|mjs|cjs)$/.test(entry) && !entry.endsWith('.d.ts')) yield full;
  }
}
