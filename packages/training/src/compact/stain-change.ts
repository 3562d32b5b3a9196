/**
 * @file A wrong buffer pH, weak or strong stain, and poor light, drawn for one view or window.
 *
 * OD_c = ln(L_c / I_c), L the light; OD = a A + e E + rest with azure A and eosin E by least squares,
 * a, e >= 0. The pH moves a and e as `dyeBinding` says, the strength scales all of OD. Poor light then
 * takes a share of everything, more at one side, and leaves shot noise.
 */
import type { Random } from '@leukoscope/core';
import { dyeBinding, romanowsky } from '@leukoscope/datasets';

/** Light of a picture: red, green, blue of empty glass. */
export type Light = readonly [number, number, number];

/** A change of stain. */
export interface StainChange {
  /** Azure and eosin bound, and the complex of both, over what they were. */
  readonly azure: number;
  readonly eosin: number;
  readonly complex: number;
  /** Factor of the optical density. */
  readonly strength: number;
}

/** Eosin that chromatin holds per azure: it goes where the azure goes. */
const eosinPerAzure = 0.65;

/** Draw a pH between 5.4 and 7.8, and a strength. */
export function drawStainChange(random: Random): StainChange {
  const { azure, eosin } = dyeBinding(random.uniform(5.4, 7.8));
  const strength = Math.exp(random.normal(0, 0.12));
  return { azure, eosin, complex: Math.min(azure, Math.sqrt(azure * eosin)), strength };
}

/** Change the stain of planes [3, plane] of 0..255 from `offset` on; a red below 0 stays. */
export function changeStainInPlace(
  data: Float32Array,
  offset: number,
  plane: number,
  light: Light,
  change: StainChange,
): void {
  const { azure: A, eosin: E } = romanowsky;
  const aa = A[0] * A[0] + A[1] * A[1] + A[2] * A[2];
  const ee = E[0] * E[0] + E[1] * E[1] + E[2] * E[2];
  const ae = A[0] * E[0] + A[1] * E[1] + A[2] * E[2];
  const determinant = aa * ee - ae * ae;
  const logLight = light.map((value) => Math.log(Math.max(1, value))) as [number, number, number];
  const planes = [offset, offset + plane, offset + 2 * plane] as const;
  for (let i = 0; i < plane; i++) {
    if (data[offset + i]! < 0) continue; // no picture there
    const r = data[planes[0] + i]!;
    const g = data[planes[1] + i]!;
    const b = data[planes[2] + i]!;
    const od0 = Math.max(0, logLight[0] - logarithms[(r + 0.5) | 0]!);
    const od1 = Math.max(0, logLight[1] - logarithms[(g + 0.5) | 0]!);
    const od2 = Math.max(0, logLight[2] - logarithms[(b + 0.5) | 0]!);
    const oa = od0 * A[0] + od1 * A[1] + od2 * A[2];
    const oe = od0 * E[0] + od1 * E[1] + od2 * E[2];
    let a = (oa * ee - oe * ae) / determinant;
    let e = (oe * aa - oa * ae) / determinant;
    if (a < 0) [a, e] = [0, oe / ee];
    else if (e < 0) [a, e] = [oa / aa, 0];
    const paired = Math.min(e, eosinPerAzure * a);
    const da = a * (change.azure - 1);
    const de = paired * (change.complex - 1) + (e - paired) * (change.eosin - 1);
    const more = change.strength - 1;
    data[planes[0] + i] = fade(r, da * A[0] + de * E[0], od0, more);
    data[planes[1] + i] = fade(g, da * A[1] + de * E[1], od1, more);
    data[planes[2] + i] = fade(b, da * A[2] + de * E[2], od2, more);
  }
}

/** ln of grey levels; 0 counts as 1. */
const logarithms = Float64Array.from({ length: 257 }, (_, v) => Math.log(Math.max(1, v)));

function fade(value: number, change: number, density: number, more: number): number {
  return Math.min(255, value * Math.exp(-change - Math.max(0, density + change) * more));
}

/**
 * Take light away in place and balance what is left: the fall-off along one direction stays, and the sensor's noise,
 * which grows with the gain.
 */
export function dimInPlace(data: Float32Array, offset: number, side: number, random: Random): void {
  const left = random.uniform(0.3, 0.85);
  const slope = random.uniform(0, 0.3);
  const angle = random.uniform(0, 2 * Math.PI);
  const [alongX, alongY] = [Math.cos(angle) * slope, Math.sin(angle) * slope];
  const noise = random.uniform(0, 3);
  const table = Float32Array.from({ length: 1021 }, () => random.normal(0, noise));
  const plane = side * side;
  let at = random.integer(0, table.length);
  for (let y = 0, i = offset; y < side; y++) {
    for (let x = 0; x < side; x++, i++) {
      if (data[i]! < 0) continue;
      const light = left * (1 + alongX * (x / side - 0.5) + alongY * (y / side - 0.5));
      for (let c = 0; c < 3; c++) {
        const value = data[i + c * plane]! * light;
        const shot = table[at]! * Math.sqrt((value + 4) / 128);
        data[i + c * plane] = Math.min(255, Math.max(0, (value + shot) / left));
        at = (at + 7 + (i & 1)) % table.length;
      }
    }
  }
}

/** Estimate the light of bytes in planes or pixels: the 92nd percentile of each channel. */
export function brightEnd(values: (channel: 0 | 1 | 2, i: number) => number, count: number): Light {
  const of = (channel: 0 | 1 | 2) => {
    const histogram = new Int32Array(256);
    const step = Math.max(1, Math.floor(count / 2500));
    let all = 0;
    for (let i = 0; i < count; i += step, all++) histogram[values(channel, i)]!++;
    let above = 0;
    for (let v = 255; v > 0; v--) {
      above += histogram[v]!;
      if (above > 0.08 * all) return v;
    }
    return 1;
  };
  return [of(0), of(1), of(2)];
}
