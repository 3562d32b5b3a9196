/**
 * @file Damages annotation files of every format and reads them:
 * `node --conditions=@leukoscope/source scripts/fuzz-annotations.ts [FILES=10000] [SEED=1]`
 *
 * An importer must not crash (only refuse with a LeukoscopeError), not take over 2 s, and lose no record
 * without a word. Prints the seed of every fault, so that it can be repeated.
 */
import { fuzzFormats, fuzzOnce } from '../packages/datasets/test/mutate.ts';

const longestMs = 2000;
const total = Number(process.argv[2] ?? 10_000);
const firstSeed = Number(process.argv[3] ?? 1);
let faults = 0;
let done = 0;
for (const format of fuzzFormats) {
  let [refused, slowestMs] = [0, 0];
  const count = Math.ceil(total / fuzzFormats.length);
  for (let seed = firstSeed; seed < firstSeed + count; seed++) {
    const { fault, outcome, elapsedMs } = await fuzzOnce(format, seed, () => performance.now());
    slowestMs = Math.max(slowestMs, elapsedMs);
    if (outcome === 'refused') refused++;
    done++;
    const found =
      fault ?? (elapsedMs > longestMs ? `hang: ${Math.round(elapsedMs)} ms` : undefined);
    if (found === undefined) continue;
    faults++;
    if (faults <= 20) console.log(`${format.name} seed ${seed}: ${found}`);
  }
  console.log(
    `${format.name}: ${count} folders, ${refused} refused whole, slowest ${slowestMs.toFixed(0)} ms`,
  );
}
console.log(`${done} damaged folders, ${faults} faults`);
process.exit(faults === 0 ? 0 : 1);
