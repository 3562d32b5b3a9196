/** @file A whole training in one page: five leukocyte types told apart in synthetic cells. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type CellClass, createRandom, int64 } from '@leukoscope/core';
import { synthesiseCell } from '@leukoscope/datasets';
import { rastersToTensor } from '@leukoscope/image';
import * as nn from '@leukoscope/nn';
import { loadCheckpoint, openRuntime, saveCheckpoint } from '@leukoscope/nn/runtime';
const folder = process.argv[2] ?? 'out/example';
const types: CellClass[] = ['neutrophil', 'lymphocyte', 'monocyte', 'eosinophil', 'basophil'];
const [side, batchSize, steps] = [48, 50, 120];
const network = (scope: nn.Scope, count: number) => {
  let x = nn.input('image', [count, 3, side, side]);
  for (const channels of [16, 32, 64]) {
    x = nn.relu(nn.convNormLayer(scope.at(`conv${channels}`), x, { channels, stride: 2 }));
  }
  return nn.linearLayer(scope.at('head'), nn.globalAveragePool(x), types.length);
};
console.log('Drawing 900 cells ...');
const draw = (seed: number) => synthesiseCell(types[seed % 5]!, { seed, side }).raster;
const cells = Array.from({ length: 900 }, (_, seed) => draw(seed));
const toBatch = (seeds: number[]) => ({
  image: rastersToTensor(seeds.map((seed) => cells[seed]!)),
  label: int64(seeds.map((seed) => seed % 5)),
});
const [training, test] = [[...cells.keys()].slice(0, 650), [...cells.keys()].slice(650)];

const runtime = openRuntime();
const build = (scope: nn.Scope) => ({
  loss: nn.crossEntropy(network(scope, batchSize), nn.input('label', [batchSize], 'int64')),
});
const newTrainer = () => nn.createTrainer({ runtime, build, seed: 7, optimiser: nn.adamW() });
const trainUntil = async (trainer: nn.Trainer, end: number) => {
  while (trainer.step < end) {
    const seeds = createRandom(trainer.step).shuffle(training).slice(0, batchSize);
    const { loss } = await trainer.train(toBatch(seeds), nn.cosine(0.005, steps)(trainer.step));
    if (trainer.step % 20 === 0) console.log(`step ${trainer.step}: loss ${loss!.toFixed(4)}`);
  }
  return trainer;
};
mkdirSync(folder, { recursive: true });
const half = await trainUntil(await newTrainer(), steps / 2);
await saveCheckpoint(`${folder}/half.safetensors`, await half.checkpoint());
const trainer = await newTrainer(); // another day: go on from the file
await trainer.restore(await loadCheckpoint(`${folder}/half.safetensors`));
const weights = await (await trainUntil(trainer, steps)).weights();
const model = nn.buildInferenceModel((s) => ({ logits: network(s, test.length) }), weights);
writeFileSync(`${folder}/classifier.onnx`, model);
for (const bytes of [model, readFileSync(`${folder}/classifier.onnx`)]) {
  const { logits } = await (await runtime.load(bytes)).run({ image: toBatch(test).image });
  const answers = test.map((_, i) => Array.from(logits!.data.slice(5 * i, 5 * i + 5), Number));
  const right = test.filter(
    (seed, i) => answers[i]!.indexOf(Math.max(...answers[i]!)) === seed % 5,
  );
  console.log(
    `${right.length} of ${test.length} new cells named right, first logits ${answers[0]}`,
  );
}
console.log(`Trained, saved, resumed and exported ${folder}/classifier.onnx`);
await runtime.close();
