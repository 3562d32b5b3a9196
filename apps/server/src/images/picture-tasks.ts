/** @file What picture processes do: cut images into tiles, cut cells out of them. */
import { encodeJpeg } from '@leukoscope/image';
import { cutSquare } from './cut-square.ts';
import { keepDecodedImages } from './decoded-images.ts';
import { pictureTaskSchema } from './picture-protocol.ts';
import { writeTilePyramid } from './tile-pyramid.ts';

const cropQuality = 90;
const images = keepDecodedImages();

/** Do one task. */
export async function doPictureTask(raw: unknown): Promise<unknown> {
  const task = pictureTaskSchema.parse(raw);
  switch (task.kind) {
    case 'pyramid':
      return writeTilePyramid(task);
    case 'wake':
      return null;
    case 'crops': {
      const image = await images.get(task.sha256, task.image, task);
      if (image === undefined) return null;
      return Promise.all(
        task.squares.map((square) =>
          encodeJpeg(cutSquare(image, square, task.side), { quality: cropQuality }),
        ),
      );
    }
  }
}
