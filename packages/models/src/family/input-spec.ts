/**
 * @file What a model takes: how an image of any size becomes its input.
 *
 * There is one form of input, [N, 3, H, W] with RGB values 0..255 as float32, and one normalisation,
 * (value / 255 - mean) / deviation, which is part of the graph. An exported network therefore brings its
 * preprocessing along, and nobody can forget it.
 */
import { LeukoscopeError, type RgbRaster, type Size, type TensorData } from '@leukoscope/core';
import { type Placement, placementOf, placeRaster } from '@leukoscope/image';
import { add, constant, mul, type Tensor } from '@leukoscope/nn';
import { z } from 'zod';

const side = z.int().min(8).max(8192);
const rgb = z.tuple([z.number(), z.number(), z.number()]).readonly();

/** The form of an input, as configurations and descriptions hold it. */
export const inputSpecSchema = z.strictObject({
  size: z.strictObject({ width: side, height: side }),
  /** Keep proportions and pad, or stretch both sides. */
  fit: z.enum(['letterbox', 'stretch']),
  /** Sides must be multiples of this: the coarsest stride. */
  multipleOf: z.int().positive(),
  /** Per channel, of values 0..1. */
  mean: rgb,
  deviation: rgb.refine((values) => values.every((value) => value > 0), 'must be above 0'),
  /** Grey beside a letterboxed image, 0..255. */
  padding: z.number().min(0).max(255),
  /** The field is brought to one light (`balanceField`) before it, or a crop of it, becomes input. @default as it is */
  light: z.literal('balanced').optional(),
});

/** How an image becomes the input of a model. */
export type InputSpec = z.infer<typeof inputSpecSchema>;

/** Mean and deviation of ImageNet's pictures: what torchvision's weights were trained with. */
export const imagenetNormalisation = {
  mean: [0.485, 0.456, 0.406],
  deviation: [0.229, 0.224, 0.225],
} as const satisfies { mean: InputSpec['mean']; deviation: InputSpec['deviation'] };

/** Mean and deviation of stained smears, about: for networks that begin from scratch. */
export const smearNormalisation = {
  mean: [0.65, 0.65, 0.65],
  deviation: [0.25, 0.25, 0.25],
} as const satisfies { mean: InputSpec['mean']; deviation: InputSpec['deviation'] };

/** Throw unless a size fits the spec's stride. */
export function checkInputSize(size: Size, { multipleOf }: InputSpec): void {
  if (size.width % multipleOf === 0 && size.height % multipleOf === 0) return;
  throw new LeukoscopeError(
    'MODEL_INPUT_SIZE',
    `input size must be multiples of ${multipleOf} for this model. Received ${size.width} x ${size.height}.`,
  );
}

/** (value / 255 - mean) / deviation of RGB values [N, 3, H, W]. */
export function normaliseImage(image: Tensor, { mean, deviation }: InputSpec): Tensor {
  const channel = (values: readonly number[]) =>
    constant({ dtype: 'float32', shape: [1, 3, 1, 1], data: Float32Array.from(values) });
  const scale = channel(deviation.map((d) => 1 / (255 * d)));
  const shift = channel(mean.map((m, c) => -m / deviation[c]!));
  return add(mul(image, scale), shift);
}

/** A raster as a model's input, and where it lies in there. */
export interface PreparedImage {
  /** float32 [1, 3, H, W] of 0..255. */
  readonly tensor: TensorData<'float32'>;
  readonly placement: Placement;
}

/** Lay a raster into a model's input. */
export function prepareImage(
  raster: RgbRaster,
  spec: InputSpec,
  size: Size = spec.size,
): PreparedImage {
  const { width, height } = size;
  const data = new Float32Array(3 * width * height);
  const placement = placeImageInPlace(data, 0, raster, spec, size);
  return { tensor: { dtype: 'float32', shape: [1, 3, height, width], data }, placement };
}

/** Lay a raster into place n of a batch [N, 3, H, W]; returns where it lies. */
export function placeImageInPlace(
  batch: Float32Array,
  n: number,
  raster: RgbRaster,
  spec: InputSpec,
  size: Size,
): Placement {
  const { fit, padding } = spec;
  const placement = placementOf(raster, size, fit);
  const { data } = placeRaster(raster, placement, { padding: [padding, padding, padding] });
  const plane = size.width * size.height;
  for (let c = 0; c < 3; c++) {
    const to = (n * 3 + c) * plane;
    for (let i = 0; i < plane; i++) batch[to + i] = data[i * 3 + c]!;
  }
  return placement;
}
