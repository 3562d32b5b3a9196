import { readFileSync } from 'node:fs';
import path from 'node:path';
import { familyOf, modelFamilies } from '@leukoscope/models';
import { expect, test } from 'vitest';
import { countParameters, modelsPage } from './models-page.ts';

test('docs/models.md says what the registry says (npm run docs writes it anew)', () => {
  const page = readFileSync(path.join(import.meta.dirname, '../docs/models.md'), 'utf8');
  expect(page).toBe(modelsPage());
});

test('every family names its paper by year', () => {
  const without = modelFamilies.filter(({ summary }) => !/\b(19|20)\d\d\b/.test(summary));
  expect(without.map(({ name }) => name)).toEqual([]);
});

test('parameters are counted as published networks count them', () => {
  // torchvision's figures for ImageNet's 1000 classes; ours have five types.
  const resnet50 = 25_557_032 - (2048 * 1000 + 1000) + (2048 * 5 + 5);
  expect(countParameters(familyOf('resnet'), 'paper')).toBe(resnet50);
  const vgg16 = 138_357_544 - (4096 * 1000 + 1000) + (4096 * 5 + 5);
  expect(countParameters(familyOf('vgg'), 'paper')).toBe(vgg16);
});
