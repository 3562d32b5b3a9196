/**
 * @file Puts the parts of a repeated protobuf field behind each other.
 *
 * A repeated field may come as one packed run, as several, or as single values.
 */

/** Join runs in an array that `create` makes; narrower elements keep the low bits of each number. */
export function joinRuns<
  R extends { readonly length: number },
  T extends { set(run: R, at: number): void },
>(runs: readonly R[], create: (length: number) => T): T {
  const joined = create(runs.reduce((sum, run) => sum + run.length, 0));
  let at = 0;
  for (const run of runs) {
    joined.set(run, at);
    at += run.length;
  }
  return joined;
}
