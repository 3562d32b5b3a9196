/** @file Cuts cells out of an open image, square, with a little of their surroundings. */
import type { Finding, RgbRaster } from '@leukoscope/core';
import { cropRaster, resizeRaster, toRgbRaster } from '@leukoscope/image';
import type { OpenImage } from '@leukoscope/pipeline';

/** Side of crops in pixels, as sheets and reports show them. */
export const cropSide = 128;
/** Side of the square over the longer side of the cell. */
const margin = 1.3;
/** Beyond the border of the image: the grey of an empty place. */
const beyond = [226, 226, 230];

/** Cut one cell out and bring it to `cropSide`. */
export async function cutCrop(image: OpenImage, { box }: Finding): Promise<RgbRaster> {
  const side = Math.max(2, Math.round(Math.max(box.x2 - box.x1, box.y2 - box.y1) * margin));
  const x1 = Math.round((box.x1 + box.x2) / 2 - side / 2);
  const y1 = Math.round((box.y1 + box.y2) / 2 - side / 2);
  const wanted = { x1, y1, x2: x1 + side, y2: y1 + side };
  const inside = {
    x1: Math.max(0, x1),
    y1: Math.max(0, y1),
    x2: Math.min(image.size.width, wanted.x2),
    y2: Math.min(image.size.height, wanted.y2),
  };
  const part = await image.read(inside);
  const placed = {
    x1: wanted.x1 - inside.x1,
    y1: wanted.y1 - inside.y1,
    x2: wanted.x2 - inside.x1,
    y2: wanted.y2 - inside.y1,
  };
  const square = cropRaster(part, placed, { padding: beyond });
  return toRgbRaster(resizeRaster(square, { width: cropSide, height: cropSide }));
}

/** Order in which crops of a large image are read: downwards, as its strips come. */
export function downwards(findings: readonly Finding[]): number[] {
  return findings.map((_, i) => i).sort((a, b) => findings[a]!.box.y1 - findings[b]!.box.y1);
}
