import { writeSafetensors } from '@leukoscope/nn';
import { expect, test } from 'vitest';
import { decodeFeatureMemory, encodeFeatureMemory, type FeatureMemory } from './feature-memory.ts';

const stored: FeatureMemory = {
  memory: {
    width: 3,
    features: Float32Array.of(0, 1, 0.5, 2, 0.25, 0),
    labels: ['blast', 'monocyte'],
  },
  check: { width: 3, features: Float32Array.of(4, 0.1, 0), labels: ['neutrophil'] },
  body: 'ab',
  sources: 'drawn',
};

test('gives back labels, origin, and features to half a step of 255', () => {
  const read = decodeFeatureMemory(encodeFeatureMemory(stored));
  expect(read).toMatchObject({ body: 'ab', sources: 'drawn' });
  expect(read.memory.labels).toEqual(['blast', 'monocyte']);
  expect(read.check.labels).toEqual(['neutrophil']);
  // Largest values by feature: 4, 1, .5
  const half = [4, 1, 0.5].map((largest) => largest / 510 + 1e-6);
  for (const [name, { features }] of Object.entries({
    memory: stored.memory,
    check: stored.check,
  })) {
    features.forEach((x, i) => {
      const back = read[name as 'memory' | 'check'].features[i]!;
      expect(Math.abs(back - x)).toBeLessThanOrEqual(half[i % 3]!);
    });
  }
});

test('refuses other files', () => {
  expect(() => decodeFeatureMemory(writeSafetensors(new Map()))).toThrow('Received no scales');
});
