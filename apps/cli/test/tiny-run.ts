/** @file A run folder as training leaves it: an untrained tiny classifier with its description. */
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createRandom } from '@leukoscope/core';
import { familyOf } from '@leukoscope/models';
import { buildInferenceModel, createScope, initialValues } from '@leukoscope/nn';

/** Write it; `more` replaces fields of the description, `config` of the configuration. */
export function writeTinyRun(
  folder: string,
  more: object = {},
  config: Readonly<Record<string, unknown>> = {},
): void {
  const model = familyOf('resnet').configure({ preset: 'tiny', config });
  const scope = createScope({ mode: 'infer' });
  model.inference(scope);
  const specs = [...scope.declared.parameters.values()];
  const weights = initialValues(specs, createRandom(1), new Map());
  const bytes = buildInferenceModel((inner) => model.inference(inner), weights);
  const description = {
    format: 2,
    name: 'tiny classifier',
    reader: 'classes',
    family: { name: model.family, config: model.config },
    classes: model.classes,
    input: model.input,
    networks: {
      network: { onnx: 'network.onnx', sha256: createHash('sha256').update(bytes).digest('hex') },
    },
    settings: { locator: 'watershed' },
    calibration: { scoreThreshold: 0.1 },
    parent: { name: 'its parent', hash: 'ab'.repeat(32) },
    ...more,
  };
  mkdirSync(path.join(folder, 'best'), { recursive: true });
  writeFileSync(path.join(folder, 'best', 'network.onnx'), bytes);
  writeFileSync(path.join(folder, 'best', 'model.json'), JSON.stringify(description));
  writeFileSync(path.join(folder, 'best', 'card.md'), '# A card\n');
}
