/**
 * @file How an image is laid into a model's input, and how boxes travel there and back.
 *
 * `stretch` scales both sides independently; `letterbox` keeps the aspect and pads what is left over,
 * centred; `none` keeps the pixels and pads right and below.
 */
import { type Box, clipBox, LeukoscopeError, type Raster, type Size } from '@leukoscope/core';
import { cropRaster } from './crop.ts';
import { type ResizeMethod, resizeRaster } from './resize.ts';

/** How an image is made to fit. */
export type Fit = 'stretch' | 'letterbox' | 'none';

/** Facts of one laid-in image: input = image * scale + offset. */
export interface Placement {
  readonly image: Size;
  readonly input: Size;
  readonly scaleX: number;
  readonly scaleY: number;
  readonly left: number;
  readonly top: number;
  /** Size of the scaled image inside the input. */
  readonly content: Size;
}

/** Compute where an image lies in an input of a given size. */
export function placementOf(image: Size, input: Size, fit: Fit): Placement {
  if (fit === 'stretch') {
    const scales = { scaleX: input.width / image.width, scaleY: input.height / image.height };
    return { image, input, ...scales, left: 0, top: 0, content: input };
  }
  if (fit === 'none') {
    if (image.width > input.width || image.height > input.height) {
      throw new LeukoscopeError(
        'PLACEMENT_TOO_LARGE',
        `image must fit into ${input.width} x ${input.height} to be placed unscaled. Received ${image.width} x ${image.height}. Use fit 'letterbox', or cut tiles.`,
      );
    }
    return { image, input, scaleX: 1, scaleY: 1, left: 0, top: 0, content: image };
  }
  const scale = Math.min(input.width / image.width, input.height / image.height);
  // Whole pixels: the resize works on whole sizes, so the true scale of each axis follows from them.
  const width = Math.max(1, Math.round(image.width * scale));
  const height = Math.max(1, Math.round(image.height * scale));
  return {
    image,
    input,
    scaleX: width / image.width,
    scaleY: height / image.height,
    left: Math.floor((input.width - width) / 2),
    top: Math.floor((input.height - height) / 2),
    content: { width, height },
  };
}

/** Options of `placeRaster`. */
export interface PlaceOptions {
  /** Value per channel beside the image. @default 114 in every channel, as the YOLO family pads */
  readonly padding?: readonly number[];
  /** @default 'auto' */
  readonly method?: ResizeMethod;
}

/** Lay a raster into an input. */
export function placeRaster(
  raster: Raster,
  placement: Placement,
  options: PlaceOptions = {},
): Raster {
  const { padding = new Array<number>(raster.channels).fill(114), method = 'auto' } = options;
  const { content, input, left, top } = placement;
  const resized = resizeRaster(raster, content, { method });
  if (content.width === input.width && content.height === input.height) return resized;
  const box = { x1: -left, y1: -top, x2: input.width - left, y2: input.height - top };
  return cropRaster(resized, box, { padding });
}

/** Map a box of the image into the input. */
export function boxToInput(box: Box, placement: Placement): Box {
  const { scaleX, scaleY, left, top } = placement;
  return {
    x1: box.x1 * scaleX + left,
    y1: box.y1 * scaleY + top,
    x2: box.x2 * scaleX + left,
    y2: box.y2 * scaleY + top,
  };
}

/** Map a box of the input back, where it may reach beyond the image. */
export function unplaceBox(box: Box, { scaleX, scaleY, left, top }: Placement): Box {
  return {
    x1: (box.x1 - left) / scaleX,
    y1: (box.y1 - top) / scaleY,
    x2: (box.x2 - left) / scaleX,
    y2: (box.y2 - top) / scaleY,
  };
}

/** Map a box of the input back into the image, clipped to it. */
export function boxToImage(box: Box, placement: Placement): Box {
  return clipBox(unplaceBox(box, placement), placement.image);
}
