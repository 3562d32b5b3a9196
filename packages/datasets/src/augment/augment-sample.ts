/**
 * @file Applies a recipe to a sample: mixing first, then all geometry in one warp, then the values.
 *
 * The same recipe, sample and seed give the same bytes on every machine.
 */
import {
  boxArea,
  createRgbRaster,
  LeukoscopeError,
  type Random,
  type RgbRaster,
  type Sample,
} from '@leukoscope/core';
import {
  composeAffine,
  percentileOf,
  resizeRaster,
  scaling,
  toRgbRaster,
  warpRaster,
} from '@leukoscope/image';
import type { AugmentedAnnotation, AugmentedSample } from './augmented-sample.ts';
import { followAnnotations } from './follow-annotations.ts';
import { type GeometryPlan, planGeometry, streamOf } from './geometry-plan.ts';
import { mixUp, mosaic, type Scene, toScene } from './mixing-steps.ts';
import { createPixelPainter, type Hole, isPixelStep } from './pixel-steps.ts';
import type { AugmentationRecipe, AugmentationStep } from './recipe.ts';

/** Tell how many other samples a recipe wants for this seed: 0 unless mosaic or mix-up happens. */
export function partnersNeeded(recipe: AugmentationRecipe, random: Random): number {
  return recipe.steps.reduce(
    (count, step, i) => (happens(step, i, random) ? count + partnersOf(step) : count),
    0,
  );
}

/** Apply a recipe. `partners` are the other samples that `partnersNeeded` asked for. */
export function augmentSample(
  sample: Sample,
  recipe: AugmentationRecipe,
  random: Random,
  partners: readonly Sample[] = [],
): AugmentedSample {
  const applied: string[] = [];
  const mixed = mixScenes(toScene(sample, 0), recipe, random, partners, applied);
  const { raster: source, annotations: given } = mixed;
  const plan = planGeometry(recipe, source, given, random);
  applied.push(...plan.applied);
  const raster = plan.isIdentity
    ? createRgbRaster(source, source.data.slice())
    : warpOnce(source, plan, recipe);
  const annotations = plan.isIdentity
    ? given
    : followAnnotations(given, plan.map, plan.size, recipe);
  const painter = createPixelPainter(raster);
  recipe.steps.forEach((step, i) => {
    const draw = streamOf(random, step, i);
    if (!isPixelStep(step) || !draw.chance(step.probability)) return;
    applied.push(painter.apply(step, draw));
  });
  const holes = painter.finish();
  const visible = holes.length === 0 ? annotations : dropHidden(annotations, holes, recipe);
  return { raster, annotations: visible, applied };
}

function happens(step: AugmentationStep, index: number, random: Random): boolean {
  return streamOf(random, step, index).chance(step.probability);
}

function partnersOf(step: AugmentationStep): number {
  return step.kind === 'mosaic' ? 3 : step.kind === 'mix-up' ? 1 : 0;
}

function mixScenes(
  start: Scene,
  recipe: AugmentationRecipe,
  random: Random,
  partners: readonly Sample[],
  applied: string[],
): Scene {
  const needed = partnersNeeded(recipe, random);
  if (partners.length < needed) {
    throw new LeukoscopeError(
      'AUGMENT_PARTNERS',
      `partners must hold ${needed} samples for this recipe and seed. Received ${partners.length}. Ask partnersNeeded first.`,
    );
  }
  let scene = start;
  let used = 0;
  recipe.steps.forEach((step, i) => {
    const draw = streamOf(random, step, i);
    if (step.kind === 'mosaic' && draw.chance(step.probability)) {
      const three = [partners[used]!, partners[used + 1]!, partners[used + 2]!] as const;
      scene = mosaic(scene, three, step, recipe, draw, used + 1);
      applied.push('mosaic');
      used += 3;
    } else if (step.kind === 'mix-up' && draw.chance(step.probability)) {
      const mixed = mixUp(scene, partners[used]!, step, recipe, draw, used + 1);
      scene = mixed;
      applied.push(`mix-up ${Math.round(mixed.share * 100)} %`);
      used += 1;
    }
  });
  return scene;
}

function warpOnce(source: RgbRaster, plan: GeometryPlan, recipe: AugmentationRecipe): RgbRaster {
  const { border } = recipe;
  const [a, b, , d, e] = plan.map.toSource;
  // Source pixels per output pixel; bilinear reading skips pixels beyond 2, so shrink first.
  const step = Math.sqrt(Math.abs(a * e - b * d));
  const { raster, map } =
    step >= 1.5 ? shrinkFirst(source, plan, step) : { raster: source, map: plan.map };
  const options =
    typeof border === 'string' && border !== 'background'
      ? { border }
      : { padding: border === 'background' ? backgroundOf(source) : border };
  return toRgbRaster(warpRaster(raster, map, plan.size, options));
}

function shrinkFirst(source: RgbRaster, plan: GeometryPlan, step: number) {
  const size = {
    width: Math.max(1, Math.round(source.width / step)),
    height: Math.max(1, Math.round(source.height / step)),
  };
  const raster = resizeRaster(source, size, { method: 'area' });
  const scaleX = size.width / source.width;
  const scaleY = size.height / source.height;
  const { toSource, displacement } = plan.map;
  const field =
    displacement === undefined
      ? undefined
      : {
          ...displacement,
          dx: displacement.dx.map((value) => value * scaleX),
          dy: displacement.dy.map((value) => value * scaleY),
        };
  const map = {
    toSource: composeAffine(toSource, scaling(scaleX, scaleY)),
    displacement: field,
  };
  return { raster, map };
}

/**
 * The empty background of a smear is bright: the 85th percentile of each channel, over every 7th pixel
 * (a divisor of usual widths would look at a few columns only).
 */
function backgroundOf(raster: RgbRaster): number[] {
  return [0, 1, 2].map((channel) => {
    const counts = new Uint32Array(256);
    for (let i = channel; i < raster.data.length; i += 21) {
      const value = raster.data[i]!;
      counts[value] = counts[value]! + 1;
    }
    return percentileOf(counts, 0.85);
  });
}

/** A hole hides a cell without cutting it: boxes and masks stay, unless too little is left to see. */
function dropHidden(
  annotations: readonly AugmentedAnnotation[],
  holes: readonly Hole[],
  recipe: AugmentationRecipe,
): AugmentedAnnotation[] {
  return annotations.filter(({ box }) => {
    if (box === undefined) return true;
    const hidden = holes.reduce((area, hole) => {
      const x = Math.min(box.x2, hole.x2) - Math.max(box.x1, hole.x1);
      const y = Math.min(box.y2, hole.y2) - Math.max(box.y1, hole.y1);
      return x > 0 && y > 0 ? area + x * y : area;
    }, 0);
    return 1 - hidden / boxArea(box) >= recipe.minVisibleShare;
  });
}
