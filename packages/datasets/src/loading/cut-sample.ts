/** @file Cuts a part out of a sample: pixels, and what is annotated in it, in pixels of the part. */
import {
  type Annotation,
  boxArea,
  clipBox,
  maskArea,
  type Sample,
  type Size,
} from '@leukoscope/core';
import { cropMask, cropRaster } from '@leukoscope/image';
import type { Crop } from './loader-types.ts';

/** Cut the part; annotations of which nothing is left are dropped, those of the whole image stay. */
export function cutSample({ raster, annotations }: Sample, { box, padding }: Crop): Sample {
  const cut = cropRaster(raster, box, {
    padding: new Array<number>(raster.channels).fill(padding),
  });
  const kept = annotations.flatMap((annotation) => moved(annotation, box.x1, box.y1, cut));
  return { raster: cut, annotations: kept };
}

function moved(annotation: Annotation, left: number, top: number, size: Size): Annotation[] {
  const { box, mask, ...rest } = annotation;
  if (box === undefined && mask === undefined) return [annotation];
  const inPart =
    box &&
    clipBox({ x1: box.x1 - left, y1: box.y1 - top, x2: box.x2 - left, y2: box.y2 - top }, size);
  if (inPart !== undefined && boxArea(inPart) === 0) return [];
  const whole = mask && {
    left: 0,
    top: 0,
    mask: cropMask(mask.mask, {
      x1: left - mask.left,
      y1: top - mask.top,
      x2: left - mask.left + size.width,
      y2: top - mask.top + size.height,
    }),
  };
  const isSeen = whole !== undefined && maskArea(whole.mask) > 0;
  if (inPart === undefined && !isSeen) return [];
  return [
    {
      ...rest,
      ...(inPart === undefined ? {} : { box: inPart }),
      ...(isSeen ? { mask: whole } : {}),
    },
  ];
}
