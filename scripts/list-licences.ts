/**
 * @file `npm run licences`: lists the licence of every runtime dependency (`--json`: for machines), and ends
 * with 1 where one is not on the list of scripts/runtime-licences.ts.
 */
import path from 'node:path';
import { isAllowed, readRuntimeLicences } from './runtime-licences.ts';

const packages = readRuntimeLicences(path.join(import.meta.dirname, '..', 'package-lock.json'));
const refused = packages.filter((entry) => !isAllowed(entry));
if (process.argv.includes('--json')) {
  console.log(JSON.stringify(packages, null, 2));
} else {
  const counts = new Map<string, number>();
  const width = Math.max(...packages.map(({ name, version }) => name.length + version.length + 1));
  for (const { name, version, licence = 'not known' } of packages) {
    console.log(`${`${name} ${version}`.padEnd(width)}  ${licence}`);
    counts.set(licence, (counts.get(licence) ?? 0) + 1);
  }
  const sorted = [...counts].sort(([, a], [, b]) => b - a);
  console.log(`\n${packages.length} packages: ${sorted.map((pair) => pair.join(' ')).join(', ')}`);
}
for (const { name, version, licence = 'no licence that is known' } of refused) {
  console.error(
    `${name} ${version}: ${licence} is not on the list in scripts/runtime-licences.ts.`,
  );
}
process.exitCode = refused.length === 0 ? 0 : 1;
