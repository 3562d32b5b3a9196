/** @file Holds a Darknet backbone, its weights read from a Darknet file, against darknet's own maps. */
import { elementCount } from '@leukoscope/core';
import {
  buildBackbone,
  buildClassifierHead,
  coarsestLevel,
  type DarknetConfig,
  darknetLayout,
  levelsOfStrides,
} from '@leukoscope/models';
import { type DarknetLayer, readDarknet } from '@leukoscope/nn';
import { noise } from '../../../nn/test/harness/noise.ts';
import { expectOutputs, type RecordedNetwork } from './recorded.ts';

/** The file that darknet_cases.py writes: part k after the header is stream 50,000 + k. */
function darknetFile(layout: readonly DarknetLayer[]): Uint8Array {
  let stream = 50_000;
  const header = new Uint8Array(20);
  new DataView(header.buffer).setInt32(4, 2, true); // version 0.2
  const parts = layout.flatMap((layer) => {
    if (layer.kind !== 'convolution') throw new Error('backbones are made of convolutions');
    const { inputs, outputs, kernelSize, batchNorm } = layer;
    const limit = Math.sqrt(6 / (inputs * kernelSize ** 2));
    const ranges: [count: number, low: number, high: number][] = [[outputs, -0.1, 0.1]];
    if (batchNorm) ranges.push([outputs, 0.8, 1.2], [outputs, -0.1, 0.1], [outputs, 0.5, 1.5]);
    ranges.push([elementCount([outputs, inputs, kernelSize, kernelSize]), -limit, limit]);
    return ranges.map((range) => new Uint8Array(noise(stream++, ...range).buffer));
  });
  return new Uint8Array(Buffer.concat([header, ...parts]));
}

/** Expect darknet's maps of strides 8 to 32 as far as recorded, and its logits if there are classes. */
export async function expectDarknet(
  recorded: RecordedNetwork,
  config: DarknetConfig,
  classes: number | undefined,
): Promise<void> {
  const options = { path: 'body', ...(classes === undefined ? {} : { classes }) };
  const layout = darknetLayout(config, options);
  const { tensors } = readDarknet(darknetFile(layout), layout);
  const strides = [8, 16, 32].filter((stride) => `stride ${stride}` in recorded.outputs);
  await expectOutputs(
    recorded,
    (scope, image) => {
      const body = scope.at('body');
      const levels = buildBackbone(body, image, config);
      const maps = levelsOfStrides(levels, strides).map(({ map, stride }) => [
        `stride ${stride}`,
        map,
      ]);
      if (classes === undefined) return Object.fromEntries(maps);
      const head = { kind: 'pooled', dropout: 0 } as const;
      const last = coarsestLevel(levels).map;
      const { logits } = buildClassifierHead(body, last, { head, classes, backbone: config.kind });
      return { ...Object.fromEntries(maps), logits };
    },
    tensors,
    1e-3,
  );
}
