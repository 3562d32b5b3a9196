/** @file Random small detection sets with everything that is awkward: ties, crowds, empty images. */
import { type Box, createMask, createRandom, encodePlacedRle, type Random } from '@leukoscope/core';
import type { DetectionSet } from '../src/index.ts';

const size = { width: 40, height: 32 };

/** Make a set; class 2 is never annotated, class 3 never detected, and some images are empty. */
export function randomSet(seed: number, imageCount = 6): DetectionSet {
  const random = createRandom(seed);
  return {
    classNames: ['a', 'b', 'never annotated', 'never detected'],
    images: Array.from({ length: imageCount }, (_, i) => {
      const groundTruth = Array.from({ length: random.integer(0, 6) }, () => ({
        ...region(random, randomBox(random)),
        classIndex: [0, 0, 1, 3][random.integer(0, 4)]!,
        isCrowd: random.next() < 0.15,
      }));
      const detections = Array.from({ length: random.integer(0, 9) }, () => {
        const near = groundTruth[random.integer(0, groundTruth.length + 1)];
        const box = near === undefined ? randomBox(random) : jitter(random, near.box);
        return {
          ...region(random, box),
          classIndex: random.integer(0, 3),
          score: random.integer(1, 6) / 5, // few values: many ties
        };
      });
      return { id: String(i), size, groundTruth, detections };
    }),
  };
}

function randomBox(random: Random): Box {
  const x1 = random.integer(0, 30);
  const y1 = random.integer(0, 22);
  return { x1, y1, x2: x1 + random.integer(1, 10), y2: y1 + random.integer(1, 10) };
}

function jitter(random: Random, box: Box): Box {
  const x1 = Math.max(0, box.x1 + random.integer(-1, 2));
  const y1 = Math.max(0, box.y1 + random.integer(-1, 2));
  const x2 = Math.max(x1 + 1, box.x2 + random.integer(-1, 2));
  return { x1, y1, x2, y2: Math.max(y1 + 1, box.y2 + random.integer(-1, 2)) };
}

function region(random: Random, box: Box) {
  const mask = createMask({ width: box.x2 - box.x1, height: box.y2 - box.y1 });
  mask.data.forEach((_, i) => {
    mask.data[i] = i === 0 || random.next() < 0.8 ? 1 : 0;
  });
  return { box, mask: encodePlacedRle({ left: box.x1, top: box.y1, mask }, size) };
}
