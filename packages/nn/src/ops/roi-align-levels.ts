/**
 * @file RoIAlign from several levels at once. Shapes are static, so which level a box is pooled from
 * cannot decide which operator runs: instead all levels lie on one map, and each box points at its own.
 *
 * Every level has copies of its border around it, because samples outside take the border's value. Boxes
 * must lie inside the image; a box that counts as one pixel wide (see `aligned`) reaches one pixel further,
 * so that two copies are needed. One operator pools each box once; pooling from every level and masking takes as often as long as
 * there are levels, forward and backward.
 */
import { float32, type TensorData } from '@leukoscope/core';
import { float, int, text } from '../graph/onnx-attributes.ts';
import { sameShape } from '../graph/shape.ts';
import { constant, type Emitter, type Op, shapeError, type Tensor } from '../graph/tensor.ts';
import { mul } from './elementwise.ts';
import { gather } from './indexing.ts';
import { hatMatrix, samplePositions, spreadRegions } from './roi-gradient.ts';
import { slice, sliceAxis } from './shaping.ts';

interface LevelsAttributes {
  readonly size: number;
  readonly samples: number;
  readonly aligned: boolean;
  /** Image pixels per feature pixel of each level. */
  readonly strides: readonly number[];
}

export const roiAlignLevelsOp: Op<LevelsAttributes> = {
  name: 'roiAlignLevels',
  infer: (inputs, { size, strides }) => {
    const [boxes, levels, ...features] = inputs as [Tensor, Tensor, ...Tensor[]];
    const [n, rois] = boxes.shape as [number, number];
    const first = features[0];
    const isFit =
      first !== undefined &&
      features.length === strides.length &&
      boxes.shape.length === 3 &&
      boxes.shape[2] === 4 &&
      levels.dtype === 'int64' &&
      sameShape(levels.shape, [n, rois]) &&
      features.every(
        (map) => map.shape.length === 4 && sameShape(map.shape.slice(0, 2), [n, first.shape[1]!]),
      );
    if (!isFit) {
      throw shapeError(
        'roiAlignLevels',
        `boxes must be [N, R, 4], levels int64 [N, R] and features ${strides.length} times [N, C, H, W]`,
        inputs,
        'Give one stride and one map per level.',
      );
    }
    return [{ shape: [n * rois, first.shape[1]!, size, size], dtype: first.dtype }];
  },
  emit: (emitter, node) => {
    const [boxes, levels, ...features] = node.inputs as [Tensor, Tensor, ...Tensor[]];
    const { size, samples, aligned, strides } = node.attributes;
    const [n, rois] = boxes.shape as [number, number];
    const border = aligned ? 1 : 2;
    const layout = layOut(features, border);
    const ofLevel = (rows: readonly (readonly number[])[]) =>
      emitter.add('Gather', [emitter.constant(table(rows)), emitter.nameOf(levels)], {
        axis: int(0),
      });
    const scaled = emitter.add('Mul', [
      emitter.nameOf(boxes),
      ofLevel(strides.map((stride) => Array<number>(4).fill(1 / stride))),
    ]);
    const placed = emitter.add('Add', [
      scaled,
      ofLevel(layout.places.map(({ x, y }) => [x, y, x, y])),
    ]);
    const images = BigInt64Array.from({ length: n * rois }, (_, i) => BigInt(Math.floor(i / rois)));
    return [
      emitter.add(
        'RoiAlign',
        [
          emitJoined(emitter, features, layout, border),
          emitter.add('Reshape', [placed, emitter.int64s([n * rois, 4])]),
          emitter.constant({ dtype: 'int64', shape: [n * rois], data: images }),
        ],
        {
          output_height: int(size),
          output_width: int(size),
          sampling_ratio: int(samples),
          spatial_scale: float(1),
          mode: text('avg'),
          coordinate_transformation_mode: text(aligned ? 'half_pixel' : 'output_half_pixel'),
        },
      ),
    ];
  },
  gradient: {
    backward: (node, [g]) => {
      if (g === undefined) return node.inputs.map(() => undefined);
      const [boxes, levels, ...features] = node.inputs as [Tensor, Tensor, ...Tensor[]];
      const { size: bins, samples, aligned, strides } = node.attributes;
      const { places, width, height } = layOut(features, 0);
      const ofLevel = (values: readonly number[]) => levelValues(values, levels);
      const fixed = mul(boxes, ofLevel(strides.map((stride) => 1 / stride)));
      const side = (index: number) => sliceAxis(fixed, 2, index, index + 1);
      const hats = (axis: 0 | 1, extent: number) =>
        hatMatrix(samplePositions(side(axis), side(axis + 2), { bins, samples, aligned }), {
          bins,
          samples,
          extent,
          window: {
            size: ofLevel(features.map((map) => map.shape[3 - axis]!)),
            offset: ofLevel(places.map(({ x, y }) => (axis === 0 ? x : y))),
          },
        });
      const joined = spreadRegions(g, hats(0, width), hats(1, height));
      const ofFeatures = features.map((map, i) => {
        const [n, c, h, w] = map.shape as [number, number, number, number];
        const { x, y } = places[i]!;
        return slice(joined, [0, 0, y, x], [n, c, y + h, x + w]);
      });
      return [undefined, undefined, ...ofFeatures];
    },
  },
};

/** One number of each box's own level: [N, R, 1]. */
export function levelValues(values: readonly number[], levels: Tensor): Tensor {
  return gather(constant(table(values.map((value) => [value]))), levels);
}

interface Layout {
  /** Where each level's first pixel lies. */
  readonly places: readonly { readonly x: number; readonly y: number }[];
  readonly width: number;
  readonly height: number;
}

/** The first level above, the others side by side below it; `border` pixels around each. */
function layOut(features: readonly Tensor[], border: number): Layout {
  const [first, ...rest] = features.map((map) => ({
    height: map.shape[2]! + 2 * border,
    width: map.shape[3]! + 2 * border,
  }));
  const places = [{ x: border, y: border }];
  let x = 0;
  for (const { width } of rest) {
    places.push({ x: x + border, y: first!.height + border });
    x += width;
  }
  return {
    places,
    width: Math.max(first!.width, x),
    height: first!.height + Math.max(0, ...rest.map(({ height }) => height)),
  };
}

/** Write all levels, each within its border, onto one map. */
function emitJoined(
  emitter: Emitter,
  features: readonly Tensor[],
  layout: Layout,
  border: number,
): string {
  const around = 2 * border;
  const [first, ...rest] = features.map((map) =>
    emitter.add(
      'Pad',
      [emitter.nameOf(map), emitter.int64s([0, 0, border, border, 0, 0, border, border])],
      {
        mode: text('edge'),
      },
    ),
  );
  const fill = (name: string, below: number, beside: number) =>
    below === 0 && beside === 0
      ? name
      : emitter.add('Pad', [name, emitter.int64s([0, 0, 0, 0, 0, 0, below, beside])]);
  const top = fill(first!, 0, layout.width - (features[0]!.shape[3]! + around));
  if (rest.length === 0) return top;
  const rowHeight = layout.height - (features[0]!.shape[2]! + around);
  const row = rest.map((name, i) =>
    fill(name, rowHeight - (features[i + 1]!.shape[2]! + around), 0),
  );
  const used = features.slice(1).reduce((total, map) => total + map.shape[3]! + around, 0);
  const joined = row.length === 1 ? row[0]! : emitter.add('Concat', row, { axis: int(3) });
  return emitter.add('Concat', [top, fill(joined, 0, layout.width - used)], { axis: int(2) });
}

function table(rows: readonly (readonly number[])[]): TensorData<'float32'> {
  return float32(rows.flat(), [rows.length, rows[0]!.length]);
}
