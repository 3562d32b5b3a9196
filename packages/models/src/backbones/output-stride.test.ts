import { createRandom } from '@leukoscope/core';
import { buildInferenceModel, createScope, initialValues, input, slice } from '@leukoscope/nn';
import { openRuntime } from '@leukoscope/nn/runtime';
import { expect, test } from 'vitest';
import { noiseImage } from '../../test/harness/train-levels.ts';
import { type BackboneConfig, backbonePresets, buildBackbone } from './backbone.ts';
import { coarsestLevel } from './feature-levels.ts';

/** Every `step`-th cell of the last map, with the weights that any form of the network has in common. */
async function lastMap(config: BackboneConfig, step: number): Promise<Float32Array> {
  const image = noiseImage(1, 72);
  const build = (scope: ReturnType<typeof createScope>) => {
    const { map } = coarsestLevel(buildBackbone(scope, input('image', image.shape), config));
    return { map: slice(map, [0, 0, 0, 0], map.shape, [1, 1, step, step]) };
  };
  const scope = createScope({ mode: 'infer' });
  build(scope);
  const specs = [...scope.declared.parameters.values()];
  const runtime = openRuntime({ host: 'inline', threads: 1, spinning: false });
  try {
    const weights = initialValues(specs, createRandom(3), new Map());
    const session = await runtime.load(buildInferenceModel(build, weights));
    return (await session.run({ image }))['map']!.data as Float32Array;
  } finally {
    await runtime.close();
  }
}

const resnet = backbonePresets['resnet-tiny'];
const blocks = [1, 2, 2, 2] as const;

test.each([
  ['basic blocks', { ...resnet, blocks }],
  ['bottlenecks', { ...resnet, blocks, block: 'bottleneck', width: 4 }],
  ['the WBC-oriented ResNet', { ...backbonePresets['wbc-resnet-tiny'], blocks }],
  ['MobileNetV2', backbonePresets['mobilenet-tiny']],
] as const)(
  'a smaller output stride gives more cells between the same ones: %s',
  async (_, config) => {
    const strided = await lastMap(config, 1);
    expect(Math.max(...strided)).toBeGreaterThan(0.01);
    for (const outputStride of [16, 8] as const) {
      const dilated = await lastMap({ ...config, outputStride }, 32 / outputStride);
      expect(dilated.length).toBe(strided.length);
      const errors = dilated.map((value, i) => Math.abs(value - strided[i]!));
      expect(Math.max(...errors) / Math.max(...strided)).toBeLessThan(1e-4);
    }
  },
);
