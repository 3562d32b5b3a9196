/**
 * @file Applies a recipe to a sample: mixing first, then all geometry in one warp, then the values.
 *
 * The same recipe, sample and seed give the same bytes on every machine.
 */
import {
  type Box,
  boxArea,
  createRgbRaster,
  LeukoscopeError,
  type Random,
  type RgbRaster,
  type Sample,
} from '@leukoscope/core';
import {
  type Affine,
  composeAffine,
  identityAffine,
  percentileOf,
  resizeRaster,
  scaling,
  toRgbRaster,
  translation,
  warpRaster,
} from '@leukoscope/image';
import type { AugmentedAnnotation, AugmentedSample } from './augmented-sample.ts';
import { type CutScene, cutScene, paintBeyond } from './cut-step.ts';
import { followAnnotations } from './follow-annotations.ts';
import { type GeometryPlan, planGeometry, streamOf } from './geometry-plan.ts';
import { mixUp, mosaic, type Scene, toScene } from './mixing-steps.ts';
import { layNeighbour } from './neighbour-step.ts';
import { createPixelPainter, type Hole, isPixelStep } from './pixel-steps.ts';
import { type AugmentationRecipe, type AugmentationStep, stepsFor } from './recipe.ts';

/** Tell how many other samples a recipe wants for this seed: 0 unless mosaic or mix-up happens. */
export function partnersNeeded(recipe: AugmentationRecipe, random: Random): number {
  return stepsFor(recipe, random).reduce(
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
  const { annotations: given, cut } = mixed;
  const colour = recipe.border === 'background' ? backgroundOf(mixed.raster) : recipe.border;
  // A picture that ends within a cell has no pixels to reflect or repeat there: it is grey.
  const beyond = typeof colour === 'string' ? grey : colour;
  const source = cut === undefined ? mixed.raster : paintBeyond(cut.scene, beyond);
  const plan = planGeometry(recipe, source, given, random, cut?.view);
  applied.push(...plan.applied);
  const raster = plan.isIdentity
    ? createRgbRaster(source, source.data.slice())
    : warpOnce(source, plan, recipe.border);
  const annotations = plan.isIdentity
    ? given
    : followAnnotations(given, plan.map, plan.size, recipe);
  const painter = createPixelPainter(raster);
  stepsFor(recipe, random).forEach((step, i) => {
    const draw = streamOf(random, step, i);
    if (!isPixelStep(step) || !draw.chance(step.probability)) return;
    applied.push(painter.apply(step, draw));
  });
  const holes = painter.finish();
  if (typeof recipe.border !== 'string')
    restoreBorderInPlace(raster, source, cut?.scene, plan, recipe.border);
  const visible = holes.length === 0 ? annotations : dropHidden(annotations, holes, recipe);
  return { raster, annotations: visible, applied };
}

function happens(step: AugmentationStep, index: number, random: Random): boolean {
  return streamOf(random, step, index).chance(step.probability);
}

function partnersOf(step: AugmentationStep): number {
  return step.kind === 'mosaic' ? 3 : step.kind === 'mix-up' || step.kind === 'neighbour' ? 1 : 0;
}

function mixScenes(
  start: Scene,
  recipe: AugmentationRecipe,
  random: Random,
  partners: readonly Sample[],
  applied: string[],
): Scene & { readonly cut?: { readonly scene: CutScene; readonly view: Affine } } {
  const needed = partnersNeeded(recipe, random);
  if (partners.length < needed) {
    throw new LeukoscopeError(
      'AUGMENT_PARTNERS',
      `partners must hold ${needed} samples for this recipe and seed. Received ${partners.length}. Ask partnersNeeded first.`,
    );
  }
  let scene = start;
  let used = 0;
  let cut: { readonly scene: CutScene; readonly view: Affine } | undefined;
  stepsFor(recipe, random).forEach((step, i) => {
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
    } else if (step.kind === 'neighbour' && draw.chance(step.probability)) {
      scene = layNeighbour(scene, partners[used]!, step, draw, used + 1);
      applied.push('neighbour');
      used += 1;
    } else if (step.kind === 'cut' && draw.chance(step.probability)) {
      const ended = cutScene(scene, step, recipe, draw);
      if (ended === undefined) return;
      cut = { scene: ended, view: step.follows ? viewOnto(ended) : identityAffine };
      scene = ended;
      applied.push('cut');
    }
  });
  return cut === undefined ? scene : { ...scene, cut };
}

const grey = [128, 128, 128] as const;

/** Move to the middle of the raster what is left of a cut cell, as large as all of it was. */
function viewOnto({ raster, cut }: CutScene): Affine {
  if (cut === undefined) return identityAffine;
  const { whole, left } = cut;
  const longer = (box: Box) => Math.max(1, box.x2 - box.x1, box.y2 - box.y1);
  const [x, y] = [(left.x1 + left.x2) / 2, (left.y1 + left.y2) / 2];
  const centre = { x: raster.width / 2, y: raster.height / 2 };
  const factor = longer(whole) / longer(left);
  return composeAffine(translation(centre.x - x, centre.y - y), scaling(factor, factor, centre));
}

/** Paint a border of a given colour once more: the pixel steps have changed it with the picture. */
function restoreBorderInPlace(
  raster: RgbRaster,
  source: RgbRaster,
  cut: CutScene | undefined,
  plan: GeometryPlan,
  border: readonly [number, number, number],
): void {
  if (plan.isIdentity && cut === undefined) return;
  const whole = createRgbRaster(source);
  whole.data.fill(255);
  const inside = cut === undefined ? whole : paintBeyond({ ...cut, raster: whole }, [0, 0, 0]);
  const shown = plan.isIdentity ? inside : warpOnce(inside, plan, [0, 0, 0]);
  for (let i = 0; i < raster.data.length; i += 3)
    if (shown.data[i]! < 128) raster.data.set(border, i);
}

function warpOnce(
  source: RgbRaster,
  plan: GeometryPlan,
  border: AugmentationRecipe['border'],
): RgbRaster {
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
