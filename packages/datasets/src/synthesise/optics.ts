/**
 * @file From concentrations to what a camera records: absorption, light field, lens, sensor.
 *
 * For each channel I(x, y) = light(x, y) exp(-(sum of concentration x colour)), then the lens blurs,
 * the camera sharpens, and the sensor adds shot noise (growing with the root of the signal).
 */
import { createRandom, createRgbRaster, type Random, type RgbRaster } from '@leukoscope/core';
import { blurPlane } from './blur-plane.ts';
import type { ConcentrationMap } from './concentration.ts';
import type { SmearLook } from './looks.ts';
import type { StainColours } from './stain.ts';

// exp(-x) for x = 0..8 in steps of 1/512: off by 0.1 % at most, less than a quarter of a grey level.
const stepsPerUnit = 512;
const darkening = Float32Array.from({ length: 8 * stepsPerUnit + 1 }, (_, i) =>
  Math.exp(-i / stepsPerUnit),
);
const noiseLength = 1 << 16;
let noiseTable: Float32Array | undefined;

/** Photograph a field: concentrations -> RGB raster. `light` is the colour of the empty glass. */
export function photograph(
  map: ConcentrationMap,
  colours: StainColours,
  look: SmearLook,
  pixelsPerMicron: number,
  light: readonly [number, number, number],
  random: Random,
): RgbRaster {
  const planes = ([0, 1, 2] as const).map((channel) => transmit(map, colours, channel));
  const field = lightField(map.width, map.height, look, random);
  const sigma = Math.max(0.35, look.blur * pixelsPerMicron);
  const raster = createRgbRaster(map);
  planes.forEach((plane, channel) => {
    const seen = blurPlane(plane, map.width, map.height, sigma);
    if (look.sharpening > 0) {
      const wide = blurPlane(seen, map.width, map.height, 2 * sigma);
      const { sharpening } = look;
      for (let i = 0; i < seen.length; i++) seen[i] = seen[i]! + sharpening * (seen[i]! - wide[i]!);
    }
    const shift = Math.round((channel - 1) * look.colourFringe);
    record(raster, seen, field, channel, light[channel]!, look, shift, random);
  });
  return raster;
}

/** Let light of 1 pass: exp(-optical density). */
function transmit(map: ConcentrationMap, colours: StainColours, channel: 0 | 1 | 2): Float32Array {
  const { chromatin, azure, eosin, haemoglobin } = map;
  const kc = colours.chromatin[channel] * stepsPerUnit;
  const ka = colours.azure[channel] * stepsPerUnit;
  const ke = colours.eosin[channel] * stepsPerUnit;
  const kh = colours.haemoglobin[channel] * stepsPerUnit;
  const last = darkening.length - 1;
  const passed = new Float32Array(chromatin.length);
  for (let i = 0; i < passed.length; i++) {
    const index = kc * chromatin[i]! + ka * azure[i]! + ke * eosin[i]! + kh * haemoglobin[i]! + 0.5;
    passed[i] = darkening[index < last ? index | 0 : last]!;
  }
  return passed;
}

/** Light over the field, 1 in the middle: vignetting, a slant, and a faint waviness. */
function lightField(width: number, height: number, look: SmearLook, random: Random): Float32Array {
  const slantX = random.normal(0, 0.35) * look.vignetting;
  const slantY = random.normal(0, 0.35) * look.vignetting;
  const middleX = 0.5 + random.normal(0, 0.05);
  const middleY = 0.5 + random.normal(0, 0.05);
  const field = new Float32Array(width * height);
  for (let y = 0, i = 0; y < height; y++) {
    const v = (y + 0.5) / height - middleY;
    for (let x = 0; x < width; x++, i++) {
      const u = (x + 0.5) / width - middleX;
      field[i] = 1 - 2 * look.vignetting * (u * u + v * v) + slantX * u + slantY * v;
    }
  }
  return field;
}

function record(
  raster: RgbRaster,
  seen: Float32Array,
  field: Float32Array,
  channel: number,
  light: number,
  look: SmearLook,
  shift: number,
  random: Random,
): void {
  noiseTable ??= makeNoise();
  const { width, height, data } = raster;
  const { glare } = look;
  const glareX = glare === undefined ? 0 : glare.x * width;
  const glareY = glare === undefined ? 0 : glare.y * height;
  const glareScale = glare === undefined ? 0 : 1 / (glare.radius * width) ** 2;
  for (let y = 0; y < height; y++) {
    let noiseAt = random.integer(0, noiseLength);
    for (let x = 0; x < width; x++) {
      const from = y * width + Math.min(width - 1, Math.max(0, x + shift));
      let value = seen[from]! * field[y * width + x]! * light;
      if (glare !== undefined) {
        const squared = ((x - glareX) ** 2 + (y - glareY) ** 2) * glareScale;
        // A bright heart in a wide weak veil.
        if (squared < 60) {
          const veil = Math.exp(-squared) + 0.35 * Math.exp(-squared / 9);
          value += glare.light[channel]! * veil * (0.35 + 0.65 * seen[from]!);
        }
      }
      const noise = noiseTable[noiseAt]! * look.noise * Math.sqrt(Math.max(0.1, value / 255));
      noiseAt = (noiseAt + 1) & (noiseLength - 1);
      const rounded = value + noise + 0.5;
      data[(y * width + x) * 3 + channel] = rounded < 0 ? 0 : rounded > 255 ? 255 : rounded | 0;
    }
  }
}

/** Normal numbers of deviation 1 in which neighbours are alike, as demosaicing leaves them. */
function makeNoise(): Float32Array {
  const random = createRandom(0x0901);
  const white = Float32Array.from({ length: noiseLength }, () => random.normal());
  return white.map((value, i) => 0.85 * value + 0.527 * white[(i + 1) & (noiseLength - 1)]!);
}
