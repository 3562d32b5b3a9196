/** @file Trains a layer of a million numbers and watches the memory of the program. */
import { fill, input, linearLayer, mean, pow, type Scope, sgd } from '@leukoscope/nn';
import { stream, withTrainer } from './regression.ts';

const width = 512;

/**
 * Growth of the resident memory in MiB between step `from` and step `to`. State is 2 MiB a step: if
 * one copy of it were kept each time, 500 steps would take a gigabyte.
 */
export async function residentGrowth(from: number, to: number): Promise<number> {
  const build = (scope: Scope) => {
    const y = linearLayer(scope.at('fc'), input('x', [2, width]), width, {
      initialise: fill(0.01),
    });
    return { loss: mean(pow(y, 2)) };
  };
  const x = stream(1, [2, width]);
  return await withTrainer({ optimiser: sgd({ momentum: 0.9 }), build }, async (trainer) => {
    let before = 0;
    for (let step = 0; step < to; step++) {
      if (step === from) before = process.memoryUsage.rss();
      await trainer.train({ x }, 1e-3);
    }
    return (process.memoryUsage.rss() - before) / 2 ** 20;
  });
}
