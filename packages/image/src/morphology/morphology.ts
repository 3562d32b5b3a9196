/**
 * @file Erosion, dilation, opening, closing and hole filling of masks.
 *
 * A disk of radius r is { dx^2 + dy^2 <= r^2 } (skimage.morphology.disk); through the exact distance
 * transform its cost does not grow with r. Outside the mask counts as set for erosion and as unset for
 * dilation, as in skimage, so that cells at the border are not eaten from outside.
 */
import { createMask, LeukoscopeError, type Mask } from '@leukoscope/core';
import { squaredDistances } from './distance-transform.ts';

/** Grow a mask by a disk. */
export function dilateMask(mask: Mask, radius: number): Mask {
  checkRadius(radius);
  const distances = squaredDistances(invertMask(mask)).data;
  return fromTest(mask, (i) => distances[i]! <= radius * radius);
}

/** Shrink a mask by a disk. */
export function erodeMask(mask: Mask, radius: number): Mask {
  checkRadius(radius);
  const distances = squaredDistances(mask).data;
  return fromTest(mask, (i) => distances[i]! > radius * radius);
}

/** Erode, then dilate: removes what is thinner than the disk. */
export function openMask(mask: Mask, radius: number): Mask {
  return dilateMask(erodeMask(mask, radius), radius);
}

/** Dilate, then erode: closes gaps narrower than the disk. */
export function closeMask(mask: Mask, radius: number): Mask {
  return erodeMask(dilateMask(mask, radius), radius);
}

/** Set every unset pixel that has no 4-connected way to the border. */
export function fillHoles(mask: Mask): Mask {
  const { width, height } = mask;
  const outside = new Uint8Array(width * height);
  const stack: number[] = [];
  const visit = (i: number) => {
    if (mask.data[i] !== 0 || outside[i] === 1) return;
    outside[i] = 1;
    stack.push(i);
  };
  for (let x = 0; x < width; x++) {
    visit(x);
    visit((height - 1) * width + x);
  }
  for (let y = 0; y < height; y++) {
    visit(y * width);
    visit(y * width + width - 1);
  }
  for (let i = stack.pop(); i !== undefined; i = stack.pop()) {
    const x = i % width;
    if (x > 0) visit(i - 1);
    if (x < width - 1) visit(i + 1);
    if (i >= width) visit(i - width);
    if (i < width * (height - 1)) visit(i + width);
  }
  return fromTest(mask, (i) => outside[i] === 0);
}

/** Swap set and unset pixels. */
export function invertMask(mask: Mask): Mask {
  return fromTest(mask, (i) => mask.data[i] === 0);
}

function fromTest(mask: Mask, isSet: (index: number) => boolean): Mask {
  const out = createMask(mask);
  for (let i = 0; i < out.data.length; i++) if (isSet(i)) out.data[i] = 1;
  return out;
}

function checkRadius(radius: number): void {
  if (radius >= 0) return;
  throw new LeukoscopeError('MORPHOLOGY_RADIUS', `radius must be at least 0. Received ${radius}.`);
}
