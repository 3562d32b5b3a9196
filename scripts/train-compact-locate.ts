/** @file Runs the locator on whole fields: sized to the working side, padded to multiples of 64, boxes mapped back. */
import { type Box, clipBox, type RgbRaster, type TensorData } from '@leukoscope/core';
import { resizeRaster, toRgbRaster } from '@leukoscope/image';
import {
  buildLocator,
  decodeLocator,
  fillValue,
  type LocatedCell,
  type LocatorConfig,
} from '@leukoscope/models';
import { buildInferenceModel, input } from '@leukoscope/nn';
import type { Runtime, Session } from '@leukoscope/nn/runtime';

/** Finds the cells of a field. */
export interface FieldLocator {
  locate(raster: RgbRaster, scoreThreshold?: number): Promise<LocatedCell[]>;
  dispose(): Promise<void>;
}

/** The locator of some weights, for inputs of any size. */
export function locatorModel(config: LocatorConfig, weights: ReadonlyMap<string, TensorData>) {
  return (width: number, height: number) =>
    buildInferenceModel(
      (scope) => ({ ...buildLocator(scope, input('image', [1, 3, height, width]), config) }),
      weights,
    );
}

/** Make a locator; a session is made for each padded size that comes along. */
export function createFieldLocator(
  runtime: Runtime,
  modelAt: (width: number, height: number) => Uint8Array,
  longerSide: number,
): FieldLocator {
  const sessions = new Map<string, Promise<Session>>();
  const sessionOf = (width: number, height: number) => {
    const key = `${width}x${height}`;
    let session = sessions.get(key);
    if (session === undefined) {
      session = runtime.load(modelAt(width, height));
      sessions.set(key, session);
    }
    return session;
  };
  return {
    async locate(raster, scoreThreshold = 0.05) {
      const scale = longerSide / Math.max(raster.width, raster.height);
      const width = Math.round(raster.width * scale);
      const height = Math.round(raster.height * scale);
      const padded = { width: Math.ceil(width / 64) * 64, height: Math.ceil(height / 64) * 64 };
      const resized = toRgbRaster(resizeRaster(raster, { width, height }));
      const session = await sessionOf(padded.width, padded.height);
      const { heat, reach } = await session.run({ image: toPlanes(resized, padded) });
      const toImage = (box: Box): Box =>
        clipBox(
          { x1: box.x1 / scale, y1: box.y1 / scale, x2: box.x2 / scale, y2: box.y2 / scale },
          raster,
        );
      return decodeLocator(heat!, reach!, 0, { scoreThreshold }).map((cell) => ({
        ...cell,
        box: toImage(cell.box),
      }));
    },
    async dispose() {
      for (const session of sessions.values()) await (await session).dispose();
    },
  };
}

/** Lay RGB bytes out as planes at the top left of a padded field. */
function toPlanes(
  { width, height, data }: RgbRaster,
  padded: { width: number; height: number },
): TensorData {
  const plane = padded.width * padded.height;
  const out = new Float32Array(3 * plane).fill(fillValue);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = (y * width + x) * 3;
      const to = y * padded.width + x;
      for (let c = 0; c < 3; c++) out[c * plane + to] = data[from + c]!;
    }
  }
  return { dtype: 'float32', shape: [1, 3, padded.height, padded.width], data: out };
}
