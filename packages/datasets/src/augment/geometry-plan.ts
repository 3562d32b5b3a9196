/**
 * @file Turns the geometric steps of a recipe into ONE map, so that a picture is resampled once however
 * many steps happen: blur of repeated resampling would otherwise tell the network what was done.
 */
import type { Annotation, Random, Size } from '@leukoscope/core';
import {
  type Affine,
  composeAffine,
  type Displacement,
  elasticDisplacement,
  identityAffine,
  invertAffine,
  mapPoint,
  type PixelMap,
  placementOf,
  rotation,
  scaling,
  translation,
} from '@leukoscope/image';
import { drawExpansion, drawPatch } from './patch-step.ts';
import { type AugmentationRecipe, type AugmentationStep, type StepOf, stepsFor } from './recipe.ts';

/** The composed map and what went into it. */
export interface GeometryPlan {
  readonly map: PixelMap;
  readonly size: Size;
  readonly applied: readonly string[];
  /** Nothing moves: the picture can be copied. */
  readonly isIdentity: boolean;
}

interface State {
  /** Source -> canvas so far. */
  affine: Affine;
  size: Size;
  elastic: { sigma: number; deviation: number; random: Random } | undefined;
}

/** Draw the geometric steps of a recipe for a picture; `before` comes in front of them. */
export function planGeometry(
  recipe: AugmentationRecipe,
  size: Size,
  annotations: readonly Annotation[],
  random: Random,
  before: Affine = identityAffine,
): GeometryPlan {
  const state: State = { affine: before, size, elastic: undefined };
  const applied: string[] = [];
  stepsFor(recipe, random).forEach((step, i) => {
    const draw = streamOf(random, step, i);
    if (!isGeometric(step) || !draw.chance(step.probability)) return;
    applied.push(applyStep(state, step, annotations, draw, recipe.output ?? size));
  });
  if (recipe.zoom !== 1) {
    const middle = { x: state.size.width / 2, y: state.size.height / 2 };
    state.affine = composeAffine(state.affine, scaling(recipe.zoom, recipe.zoom, middle));
  }
  if (recipe.output !== undefined) fitOutput(state, recipe.output);
  const isIdentity =
    state.elastic === undefined && state.affine.every((value, i) => value === identityAffine[i]);
  return {
    map: { toSource: invertAffine(state.affine), displacement: drawElastic(state) },
    size: state.size,
    applied,
    isIdentity: isIdentity && state.size.width === size.width && state.size.height === size.height,
  };
}

/** Each step draws from its own stream, so that changing one step leaves the others as they were. */
export function streamOf(random: Random, step: AugmentationStep, index: number): Random {
  return random.fork(`step ${index} ${step.kind}`);
}

type GeometricStep = StepOf<
  | 'flip'
  | 'quarter-turn'
  | 'rotate'
  | 'shift'
  | 'scale'
  | 'crop'
  | 'window'
  | 'expand'
  | 'patch'
  | 'elastic'
>;

const geometricKinds: ReadonlySet<string> = new Set<GeometricStep['kind']>([
  'flip',
  'quarter-turn',
  'rotate',
  'shift',
  'scale',
  'crop',
  'window',
  'expand',
  'patch',
  'elastic',
]);

function isGeometric(step: AugmentationStep): step is GeometricStep {
  return geometricKinds.has(step.kind);
}

function applyStep(
  state: State,
  step: GeometricStep,
  annotations: readonly Annotation[],
  draw: Random,
  output: Size,
): string {
  const { width, height } = state.size;
  const centre = { x: width / 2, y: height / 2 };
  const then = (map: Affine) => {
    state.affine = composeAffine(state.affine, map);
  };
  switch (step.kind) {
    case 'flip':
      then(step.axis === 'horizontal' ? scaling(-1, 1, centre) : scaling(1, -1, centre));
      return `flip ${step.axis}`;
    case 'quarter-turn': {
      const turns = draw.integer(1, 4);
      then(rotation(90 * turns, centre));
      if (turns % 2 === 1) {
        then(translation((height - width) / 2, (width - height) / 2));
        state.size = { width: height, height: width };
      }
      return `turn ${90 * turns}°`;
    }
    case 'rotate': {
      const degrees = draw.uniform(...step.degrees);
      then(rotation(degrees, centre));
      return `rotate ${Math.round(degrees)}°`;
    }
    case 'shift': {
      const x = draw.uniform(...step.x) * width;
      const y = draw.uniform(...step.y) * height;
      then(translation(x, y));
      return `shift ${Math.round(x)}, ${Math.round(y)}`;
    }
    case 'scale': {
      const factor = logUniform(draw, step.factor);
      const stretch = Math.sqrt(logUniform(draw, step.aspect));
      then(scaling(factor * stretch, factor / stretch, centre));
      return `scale ${factor.toFixed(2)}`;
    }
    case 'crop':
      then(cropShift(state, step, annotations, draw));
      state.size = { width: step.width, height: step.height };
      return `crop ${step.width} × ${step.height}`;
    case 'window':
      return toWindow(state, step, annotations, draw, output);
    case 'expand': {
      const { size, left, top } = drawExpansion(state.size, step, draw);
      then(translation(left, top));
      state.size = size;
      return `expand to ${size.width} × ${size.height}`;
    }
    case 'patch': {
      const patch = drawPatch(state.size, step, annotations, state.affine, draw);
      if (patch === undefined) return 'no patch';
      then(translation(-patch.x1, -patch.y1));
      state.size = { width: patch.x2 - patch.x1, height: patch.y2 - patch.y1 };
      return `patch ${state.size.width} × ${state.size.height}`;
    }
    case 'elastic': {
      const sigma = draw.uniform(...step.sigmaPx);
      const deviation = draw.uniform(...step.deviationPx);
      state.elastic = { sigma, deviation, random: draw };
      return `elastic ${deviation.toFixed(1)} px`;
    }
  }
}

/** Factors are drawn evenly on a logarithmic scale: halving is as likely as doubling. */
function logUniform(draw: Random, [low, high]: readonly [number, number]): number {
  return Math.exp(draw.uniform(Math.log(low), Math.log(high)));
}

function cropShift(
  state: State,
  step: StepOf<'crop'>,
  annotations: readonly Annotation[],
  draw: Random,
): Affine {
  const roomX = state.size.width - step.width;
  const roomY = state.size.height - step.height;
  const cells = annotations.filter((annotation) => annotation.box !== undefined);
  let left = Math.round(draw.uniform(Math.min(0, roomX), Math.max(0, roomX)));
  let top = Math.round(draw.uniform(Math.min(0, roomY), Math.max(0, roomY)));
  if (step.around === 'cell' && cells.length > 0) {
    const box = draw.pick(cells).box!;
    const middle = { x: (box.x1 + box.x2) / 2, y: (box.y1 + box.y2) / 2 };
    const { x, y } = mapPoint(state.affine, middle);
    // The window holds the cell's centre anywhere in its middle half, and stays on the picture.
    left = clampInto(Math.round(x - step.width * draw.uniform(0.25, 0.75)), roomX);
    top = clampInto(Math.round(y - step.height * draw.uniform(0.25, 0.75)), roomY);
  }
  return translation(-left, -top);
}

/** Bring a random cell to a drawn size, and lay a window over it. */
function toWindow(
  state: State,
  step: StepOf<'window'>,
  annotations: readonly Annotation[],
  draw: Random,
  output: Size,
): string {
  const { width = output.width, height = output.height } = step;
  const cells = annotations.filter(({ box, isCrowd }) => box !== undefined && isCrowd !== true);
  const cell = cells.length === 0 ? undefined : draw.pick(cells).box!;
  const cellPx = logUniform(draw, step.cellPx);
  const [a, b, , d, e] = state.affine;
  const scaleBefore = Math.sqrt(Math.abs(a * e - b * d));
  const longer =
    cell === undefined
      ? state.size.height / 3
      : Math.max(1, cell.x2 - cell.x1, cell.y2 - cell.y1) * scaleBefore;
  const factor = cellPx / longer;
  state.affine = composeAffine(state.affine, scaling(factor, factor));
  const roomX = state.size.width * factor - width;
  const roomY = state.size.height * factor - height;
  let left = draw.uniform(Math.min(0, roomX), Math.max(0, roomX));
  let top = draw.uniform(Math.min(0, roomY), Math.max(0, roomY));
  if (cell !== undefined && draw.chance(0.85)) {
    const { x, y } = mapPoint(state.affine, {
      x: (cell.x1 + cell.x2) / 2,
      y: (cell.y1 + cell.y2) / 2,
    });
    if (roomX > 0) left = clampInto(x - width * draw.uniform(0.05, 0.95), roomX);
    if (roomY > 0) top = clampInto(y - height * draw.uniform(0.05, 0.95), roomY);
  }
  state.affine = composeAffine(state.affine, translation(-left, -top));
  state.size = { width, height };
  return `window, cell ${Math.round(cellPx)} px`;
}

function clampInto(value: number, room: number): number {
  return Math.min(Math.max(value, Math.min(0, room)), Math.max(0, room));
}

function fitOutput(state: State, output: NonNullable<AugmentationRecipe['output']>): void {
  const { width, height, fit } = output;
  const { scaleX, scaleY, left, top } = placementOf(state.size, { width, height }, fit);
  state.affine = composeAffine(state.affine, scaling(scaleX, scaleY), translation(left, top));
  state.size = { width, height };
}

/** Sizes of the field are meant in pixels of the result. */
function drawElastic(state: State): Displacement | undefined {
  if (state.elastic === undefined) return undefined;
  const { sigma, deviation, random } = state.elastic;
  const field = elasticDisplacement(state.size, sigma, deviation, random);
  // The map adds the shift in source pixels: undo the scale of the affine part.
  const [a, b, , d, e] = state.affine;
  const scale = 1 / Math.sqrt(Math.abs(a * e - b * d));
  return {
    ...field,
    dx: field.dx.map((value) => value * scale),
    dy: field.dy.map((value) => value * scale),
    reach: field.reach * scale,
  };
}
