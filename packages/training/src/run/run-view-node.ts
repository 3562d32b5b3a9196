/** @file Draws a run's curves and page, one drawing at a time: two would write the same files at once. */
import type { RunProgress } from '../run-progress.ts';
import type { LogLine, LoopEnd } from '../train-loop.ts';
import { type RunFacts, type RunFolder, runFiles } from './run-folder-node.ts';
import { runFigures, runPage, stackFigures } from './run-page.ts';

/** Make the function that draws; `lines` grow while it is used. */
export function createRunView(
  folder: RunFolder,
  facts: RunFacts,
  lines: readonly LogLine[],
): (progress: RunProgress, end: LoopEnd | undefined) => Promise<void> {
  let before = Promise.resolve();
  return (progress, end) => {
    const drawn = before.then(async () => {
      await folder.write(runFiles.curves, stackFigures(runFigures(lines)));
      await folder.write(runFiles.page, runPage({ facts, lines, progress, end }));
    });
    // The next drawing does not fail because this one did.
    before = drawn.catch(() => undefined);
    return drawn;
  };
}
