/**
 * @file Time and memory of a COCO evaluation of COCO's size: 5,000 images, 36,000 cells of 80 classes,
 * 100 detections an image. Run: `node --conditions=@leukoscope/source bench/coco-evaluation.ts`.
 *
 * The peer is our own aim: 10 s and 1.5 GiB on two cores.
 */
import { availableParallelism, cpus } from 'node:os';
import { createRandom } from '@leukoscope/core';
import {
  type DetectedCell,
  type DetectionSet,
  evaluateCoco,
  type GroundTruthCell,
  summariseCoco,
} from '@leukoscope/metrics';

const repeats = 5;
const classCount = 80;

const set = makeSet(5_000, 36_000, 100);
const times: number[] = [];
const processorTimes: number[] = [];
let summary = '';
for (let repeat = 0; repeat < repeats; repeat++) {
  const start = performance.now();
  const before = process.cpuUsage();
  summary = JSON.stringify(summariseCoco(evaluateCoco(set)));
  times.push((performance.now() - start) / 1000);
  const used = process.cpuUsage(before);
  processorTimes.push((used.user + used.system) / 1e6);
}
const median = medianOf(times);
const peakGiB = process.resourceUsage().maxRSS / 1024 ** 2;
console.log(`machine: ${cpus()[0]?.model}, ${availableParallelism()} threads available, 1 used`);
console.log(summary);
console.log(`COCO evaluation: median ${median.toFixed(2)} s of ${repeats} (aim: under 10 s)`);
console.log(
  `processor time: median ${medianOf(processorTimes).toFixed(2)} s (what other programs do counts less)`,
);
console.log(`peak memory of the process: ${peakGiB.toFixed(2)} GiB (aim: under 1.5 GiB)`);
console.log(
  `ratio to the aim: ${(median / 10).toFixed(2)} in time, ${(peakGiB / 1.5).toFixed(2)} in memory`,
);

function medianOf(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

function makeSet(imageCount: number, cellCount: number, detectionsPerImage: number): DetectionSet {
  const random = createRandom(2017);
  const box = () => {
    const [x1, y1] = [random.uniform(0, 560), random.uniform(0, 400)];
    return { x1, y1, x2: x1 + random.uniform(8, 160), y2: y1 + random.uniform(8, 160) };
  };
  const truth: GroundTruthCell[][] = Array.from({ length: imageCount }, () => []);
  for (let i = 0; i < cellCount; i++) {
    truth[random.integer(0, imageCount)]!.push({
      box: box(),
      classIndex: random.integer(0, classCount),
      isCrowd: random.next() < 0.01,
    });
  }
  const images = truth.map((groundTruth, i) => ({
    id: String(i),
    size: { width: 640, height: 480 },
    groundTruth,
    detections: Array.from({ length: detectionsPerImage }, (_, d): DetectedCell => {
      // Most detections lie near a cell, as those of a trained detector do, and a third name another class.
      const cell = groundTruth[d % Math.max(1, groundTruth.length)];
      if (cell === undefined || d % 5 === 0) {
        return { box: box(), classIndex: random.integer(0, classCount), score: random.next() };
      }
      const shift = (value: number) => value + random.normal(0, 6);
      const x1 = shift(cell.box.x1);
      const y1 = shift(cell.box.y1);
      return {
        box: { x1, y1, x2: Math.max(x1, shift(cell.box.x2)), y2: Math.max(y1, shift(cell.box.y2)) },
        classIndex: d % 3 === 0 ? random.integer(0, classCount) : cell.classIndex,
        score: Math.round(random.next() * 1000) / 1000,
      };
    }),
  }));
  return { classNames: Array.from({ length: classCount }, (_, k) => `class ${k}`), images };
}
