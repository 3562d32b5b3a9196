/** @file One row of an RGB picture at another width: each output pixel is a weighted sum of a few neighbouring ones. */

/** For each output index: the first source index and `count` weights from there on. */
export interface RowWeights {
  readonly first: Int32Array;
  readonly weights: Float32Array | Float64Array;
  readonly count: number;
}

/** Write a row of `width` pixels that begins at `row` of `data`; one pass over the weights for all three channels. */
export function squeezeRowRgb(
  data: Uint8Array | Uint16Array,
  row: number,
  width: number,
  { first, weights, count }: RowWeights,
  out: Float32Array | Float64Array,
  start: number,
): void {
  for (let x = 0, to = start; x < first.length; x++, to += 3) {
    let at = row + first[x]! * 3;
    const end = x * count + Math.min(count, width - first[x]!);
    let red = 0;
    let green = 0;
    let blue = 0;
    for (let k = x * count; k < end; k++, at += 3) {
      const weight = weights[k]!;
      red += weight * data[at]!;
      green += weight * data[at + 1]!;
      blue += weight * data[at + 2]!;
    }
    out[to] = red;
    out[to + 1] = green;
    out[to + 2] = blue;
  }
}
