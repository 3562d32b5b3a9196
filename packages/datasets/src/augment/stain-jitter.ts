/**
 * @file Changes the amounts of the two Romanowsky dyes of a picture in optical density.
 *
 * OD = V^T c with the unit vectors of azure B, eosin Y and their cross product as rest, so
 * OD' = W^T diag(azure, eosin, 1) V^-T OD: one 3 x 3 matrix a pixel. W are the dyes of another batch: V's, each turned
 * by its own angle. Vectors: Ruifrok's "Giemsa" (methylene blue and eosin) of the colour deconvolution plugin.
 */
import type { Random, RgbRaster } from '@leukoscope/core';
import { opticalDensityOfByte } from '@leukoscope/image';

const azureVector = unit([0.834750233, 0.513556283, 0.196330403]);
const eosinVector = unit([0.092789, 0.954111, 0.283111]);

type Triple = readonly [number, number, number];

/** Colours of the two dyes: unit vectors of what each takes of red, green and blue in optical density. */
export interface DyeColours {
  readonly azure: Triple;
  readonly eosin: Triple;
}

const usualDyes: DyeColours = { azure: azureVector, eosin: eosinVector };

/** Both dyes in other colours: each vector turned by an angle of the range, in degrees, towards anywhere. */
export function drawDyes(range: readonly [number, number], draw: Random): DyeColours {
  const turn = (dye: Triple): Triple => {
    const angle = (draw.uniform(...range) * Math.PI) / 180;
    const around = draw.uniform(0, 2 * Math.PI);
    // A unit vector across the dye's, at the angle `around` in the plane across it.
    const first = unit(cross(dye, [0, 0, 1]));
    const second = cross(dye, first);
    const towards = dye.map((_, c) => Math.cos(around) * first[c]! + Math.sin(around) * second[c]!);
    // No dye gives light.
    const turned = dye.map((value, c) =>
      Math.max(0, Math.cos(angle) * value + Math.sin(angle) * towards[c]!),
    );
    return unit(turned as unknown as Triple);
  };
  return { azure: turn(azureVector), eosin: turn(eosinVector) };
}

/** Multiply the amounts of azure (nuclei) and eosin (granules, red cells) by factors, and give the dyes these colours. */
export function jitterStainInPlace(
  raster: RgbRaster,
  azure: number,
  eosin: number,
  dyes: DyeColours = usualDyes,
): void {
  const matrix = matrixOf(azure, eosin, dyes).map((value) => value * densityScale);
  const at = (index: number) => matrix[index]!;
  // Written out: a loop over the matrix inside the loop over the pixels takes three times as long.
  const [m0, m1, m2] = [at(0), at(1), at(2)];
  const [m3, m4, m5] = [at(3), at(4), at(5)];
  const [m6, m7, m8] = [at(6), at(7), at(8)];
  const { data } = raster;
  for (let i = 0; i < data.length; i += 3) {
    const r = opticalDensityOfByte[data[i]!]!;
    const g = opticalDensityOfByte[data[i + 1]!]!;
    const b = opticalDensityOfByte[data[i + 2]!]!;
    data[i] = toByte(m0 * r + m1 * g + m2 * b);
    data[i + 1] = toByte(m3 * r + m4 * g + m5 * b);
    data[i + 2] = toByte(m6 * r + m7 * g + m8 * b);
  }
}

/** Look a density up that was multiplied by `densityScale`. */
function toByte(scaled: number): number {
  const index = scaled + 0.5;
  return byteOfDensity[index <= 0 ? 0 : index >= lastDensity ? lastDensity : index | 0]!;
}

/** Byte of each optical density in steps of 1/512: 256 exp(-OD) - 1, rounded. */
const densityScale = 512;
const byteOfDensity = Uint8Array.from({ length: 6 * densityScale }, (_, i) =>
  Math.max(0, Math.round(256 * Math.exp(-i / densityScale) - 1)),
);

const lastDensity = byteOfDensity.length - 1;

/** W^T diag(f) V^-T: columns of V^T are the dyes' usual vectors, those of W^T the wanted ones. */
function matrixOf(azure: number, eosin: number, dyes: DyeColours): Float64Array {
  const rest = unit(cross(azureVector, eosinVector));
  const columns: readonly [Triple, Triple, Triple] = [azureVector, eosinVector, rest];
  const wanted: readonly [Triple, Triple, Triple] = [dyes.azure, dyes.eosin, rest];
  const factors = [azure, eosin, 1];
  // Rows of the inverse of a matrix with columns p, q, s: (q x s), (s x p), (p x q), over p . (q x s)
  const [p, q, s] = columns;
  const volume = dot(p, cross(q, s));
  const inverse = [cross(q, s), cross(s, p), cross(p, q)];
  const out = new Float64Array(9);
  for (let row = 0; row < 3; row++) {
    for (let column = 0; column < 3; column++) {
      let sum = 0;
      for (let k = 0; k < 3; k++) {
        sum += wanted[k]![row]! * factors[k]! * (inverse[k]![column]! / volume);
      }
      out[row * 3 + column] = sum;
    }
  }
  return out;
}

function unit([x, y, z]: Triple): Triple {
  const length = Math.hypot(x, y, z);
  return [x / length, y / length, z / length];
}

function dot(a: Triple, b: Triple): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

function cross(a: Triple, b: Triple): Triple {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}
