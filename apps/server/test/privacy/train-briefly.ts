/** @file Trains two steps in a child process and two in a thread: what a short training touches. */
import { createRandom, float32, int64 } from '@leukoscope/core';
import * as nn from '@leukoscope/nn';
import { openRuntime } from '@leukoscope/nn/runtime';

const [count, side, types] = [4, 16, 3];
const random = createRandom(1);
const image = float32(
  Array.from({ length: count * 3 * side * side }, () => random.next()),
  [count, 3, side, side],
);
const label = int64([0, 1, 2, 0]);
const build = (scope: nn.Scope) => {
  const x = nn.input('image', [count, 3, side, side]);
  const hidden = nn.relu(nn.convNormLayer(scope.at('conv'), x, { channels: 8, stride: 2 }));
  const logits = nn.linearLayer(scope.at('head'), nn.globalAveragePool(hidden), types);
  return { loss: nn.crossEntropy(logits, nn.input('label', [count], 'int64')) };
};
for (const host of ['process', 'thread'] as const) {
  const runtime = openRuntime({ host, threads: 1 });
  const trainer = await nn.createTrainer({ runtime, build, seed: 7, optimiser: nn.adamW() });
  for (let step = 0; step < 2; step++) {
    const { loss } = await trainer.train({ image, label }, 0.005);
    console.log(`${host}: step ${trainer.step}, loss ${loss!.toFixed(3)}`);
  }
  await runtime.close();
}
