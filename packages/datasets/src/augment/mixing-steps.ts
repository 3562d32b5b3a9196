/** @file Steps that join several samples: mosaic (four around a point) and mix-up (two on top of each other). */
import {
  clipBox,
  createRgbRaster,
  type Random,
  type RgbRaster,
  type Sample,
  type Size,
} from '@leukoscope/core';
import { cropRaster, pasteInPlace, toRgbRaster, translation } from '@leukoscope/image';
import type { AugmentedAnnotation } from './augmented-sample.ts';
import { type FollowRules, followAnnotations, withOrigin } from './follow-annotations.ts';
import type { StepOf } from './recipe.ts';

/** A picture with annotations on the way through the steps. */
export interface Scene {
  readonly raster: RgbRaster;
  readonly annotations: readonly AugmentedAnnotation[];
}

/**
 * Lay four samples around a random point of a canvas of the first one's size. Each fills its quarter
 * with the part of it that lies next to that corner; cells cut by a seam follow the usual rules.
 * `firstIndex` is the number of the first partner in the annotations' origin.
 */
export function mosaic(
  first: Scene,
  partners: readonly [Sample, Sample, Sample],
  step: StepOf<'mosaic'>,
  rules: FollowRules,
  draw: Random,
  firstIndex = 1,
): Scene {
  const { width, height } = first.raster;
  const x = Math.round(draw.uniform(...step.centre) * width);
  const y = Math.round(draw.uniform(...step.centre) * height);
  const scenes = [first, ...partners.map((sample, i) => toScene(sample, firstIndex + i))];
  const canvas = createRgbRaster({ width, height });
  canvas.data.fill(114);
  const annotations: AugmentedAnnotation[] = [];
  const quarters = [
    { x1: 0, y1: 0, x2: x, y2: y },
    { x1: x, y1: 0, x2: width, y2: y },
    { x1: 0, y1: y, x2: x, y2: height },
    { x1: x, y1: y, x2: width, y2: height },
  ];
  scenes.forEach((scene, i) => {
    const quarter = quarters[i]!;
    const size: Size = { width: quarter.x2 - quarter.x1, height: quarter.y2 - quarter.y1 };
    if (size.width < 1 || size.height < 1) return;
    // The window into the sample, drawn anywhere it fits; a smaller sample sits against the point.
    const left = windowStart(scene.raster.width, size.width, i % 2 === 0, draw);
    const top = windowStart(scene.raster.height, size.height, i < 2, draw);
    const window = { x1: left, y1: top, x2: left + size.width, y2: top + size.height };
    const part = toRgbRaster(cropRaster(scene.raster, window, { padding: [114, 114, 114] }));
    pasteInPlace(canvas, part, quarter.x1, quarter.y1);
    const inQuarter = followAnnotations(
      scene.annotations,
      { toSource: translation(left, top) },
      size,
      rules,
    );
    annotations.push(
      ...inQuarter.map((annotation) => shiftAnnotation(annotation, quarter.x1, quarter.y1)),
    );
  });
  return { raster: canvas, annotations };
}

function windowStart(length: number, wanted: number, isBefore: boolean, draw: Random): number {
  const room = length - wanted;
  // `draw` is used in both cases, so that the stream does not depend on the partners' sizes.
  const share = draw.next();
  if (room >= 0) return Math.round(share * room);
  return isBefore ? room : 0;
}

/** Move an annotation. */
export function shiftAnnotation(
  annotation: AugmentedAnnotation,
  x: number,
  y: number,
): AugmentedAnnotation {
  const { box, mask } = annotation;
  return {
    ...annotation,
    ...(box === undefined
      ? {}
      : { box: { x1: box.x1 + x, y1: box.y1 + y, x2: box.x2 + x, y2: box.y2 + y } }),
    ...(mask === undefined ? {} : { mask: { ...mask, left: mask.left + x, top: mask.top + y } }),
  };
}

/**
 * Mix two samples: share of the first from Beta(alpha, alpha); annotations of both, weighted. `index` is
 * the partner's number in the annotations' origin.
 */
export function mixUp(
  first: Scene,
  partner: Sample,
  step: StepOf<'mix-up'>,
  rules: FollowRules,
  draw: Random,
  index = 1,
): Scene & { readonly share: number } {
  const { width, height } = first.raster;
  const share = drawBeta(step.alpha, draw);
  const second = toScene(partner, index);
  const box = { x1: 0, y1: 0, x2: width, y2: height };
  const padding = [114, 114, 114];
  const other = cropRaster(second.raster, box, { padding }).data;
  const raster = createRgbRaster({ width, height });
  for (let i = 0; i < raster.data.length; i++) {
    raster.data[i] = share * first.raster.data[i]! + (1 - share) * other[i]! + 0.5;
  }
  const moved = followAnnotations(
    second.annotations,
    { toSource: translation(0, 0) },
    { width, height },
    rules,
  );
  const weigh = (annotations: readonly AugmentedAnnotation[], weight: number) =>
    annotations.map((annotation) => ({ ...annotation, weight: weight * (annotation.weight ?? 1) }));
  return {
    raster,
    annotations: [...weigh(first.annotations, share), ...weigh(moved, 1 - share)],
    share,
  };
}

/** Beta(a, a) as G1 / (G1 + G2) of two gamma draws (Marsaglia and Tsang 2000). */
function drawBeta(alpha: number, draw: Random): number {
  const a = drawGamma(alpha, draw);
  const b = drawGamma(alpha, draw);
  return a + b === 0 ? 0.5 : a / (a + b);
}

function drawGamma(shape: number, draw: Random): number {
  // Gamma(a) = Gamma(a + 1) U^(1/a) for shapes below 1
  if (shape < 1) return drawGamma(shape + 1, draw) * (1 - draw.next()) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const normal = draw.normal();
    const cube = (1 + c * normal) ** 3;
    if (cube <= 0) continue;
    const uniform = 1 - draw.next();
    if (Math.log(uniform) < 0.5 * normal * normal + d - d * cube + d * Math.log(cube)) {
      return d * cube;
    }
  }
}

/** Make a scene of a sample: 8-bit RGB, boxes clipped to the picture. */
export function toScene(sample: Sample, index: number): Scene {
  const raster = toRgbRaster(sample.raster);
  const annotations = withOrigin(sample.annotations, index).map((annotation) =>
    annotation.box === undefined
      ? annotation
      : { ...annotation, box: clipBox(annotation.box, raster) },
  );
  return { raster, annotations };
}
