/**
 * @file Batches for the refiner: which crops, seen how, with which targets.
 *
 * A batch depends on the seed and the step alone, so a resumed run sees what an unbroken one would.
 */
import { createRandom, type TensorData } from '@leukoscope/core';
import { allowedClasses, type RefinerConfig, refinerClasses } from '@leukoscope/models';
import type { Batch } from '../batches.ts';
import { drawCropInPlace } from './crop-augmentation.ts';
import type { CropVariation } from './crop-view.ts';
import { drawByShare } from './draw-by-share.ts';
import { isOutlined, type OutlinedCrop } from './neighbour-cell.ts';
import type { LabelledCrop } from './refiner-crops.ts';

/** How often a group of crops is drawn, and how much its types count. */
export interface GroupShare {
  /** Group names begin with this. */
  readonly group: string;
  /** Of all draws, after dividing by the sum of all shares. */
  readonly share: number;
  /** @default 1 */
  readonly typeWeight?: number | undefined;
}

/** What batches are made of. */
export interface RefinerBatchOptions {
  readonly crops: readonly LabelledCrop[];
  readonly shares: readonly GroupShare[];
  readonly config: RefinerConfig;
  readonly variation: CropVariation;
  readonly batchSize: number;
  readonly seed: number;
}

/** Return the function that makes the batch of a step. */
export function refinerBatches(options: RefinerBatchOptions): (step: number) => Batch {
  const { crops, shares, config, variation, batchSize, seed } = options;
  // Within a share each group (a type, mostly) is drawn equally often: rare types count as much.
  const pools = shares.flatMap((share) => {
    const groups = new Map<string, LabelledCrop[]>();
    for (const crop of crops) {
      if (crop.side !== 'train' || !crop.group.startsWith(share.group)) continue;
      const key = `${crop.group}:${crop.knowledge}`;
      groups.set(key, [...(groups.get(key) ?? []), crop]);
    }
    return groups.size === 0 ? [] : [{ share, groups: [...groups.values()] }];
  });
  const neighbours = crops.filter(isNeighbour).flatMap((crop) => (isOutlined(crop) ? [crop] : []));
  return (step) => {
    const random = createRandom(seed).fork('refiner').fork(step);
    const views = emptyBatch(batchSize, config);
    for (let n = 0; n < batchSize; n++) {
      const pool = drawByShare(pools, ({ share }) => share.share, random);
      const crop = random.pick(random.pick(pool.groups));
      addView(views, n, crop, config, variation, random.fork(n), neighbours);
      views.typeWeight[n] = pool.share.typeWeight ?? 1;
    }
    return toBatch(views, batchSize, config);
  };
}

/** Make batches of plain views in order, the last one filled up with repeats. */
export function* plainBatches(
  crops: readonly LabelledCrop[],
  config: RefinerConfig,
  batchSize: number,
  variation: CropVariation,
): Generator<Batch> {
  const random = createRandom(1);
  for (let start = 0; start < crops.length; start += batchSize) {
    const views = emptyBatch(batchSize, config);
    for (let n = 0; n < batchSize; n++) {
      const crop = crops[Math.min(start + n, crops.length - 1)]!;
      addView(views, n, crop, config, variation, random);
    }
    yield toBatch(views, batchSize, config);
  }
}

/** Leukocytes and erythroblasts that train. */
function isNeighbour({ side, knowledge }: LabelledCrop): boolean {
  const nucleated = allowedClasses('nucleated');
  return side === 'train' && allowedClasses(knowledge).every((v, k) => v <= nucleated[k]!);
}

interface Views {
  readonly image: Float32Array;
  readonly mask: Float32Array;
  readonly allowed: Float32Array;
  readonly typeWeight: Float32Array;
  readonly maskWeight: Float32Array;
}

function emptyBatch(N: number, { side }: RefinerConfig): Views {
  return {
    image: new Float32Array(N * 3 * side * side),
    mask: new Float32Array((N * side * side) / 4),
    allowed: new Float32Array(N * refinerClasses.length),
    typeWeight: new Float32Array(N).fill(1),
    maskWeight: new Float32Array(N),
  };
}

function addView(
  views: Views,
  n: number,
  crop: LabelledCrop,
  { side, cropMargin }: RefinerConfig,
  variation: CropVariation,
  random: ReturnType<typeof createRandom>,
  neighbours: readonly OutlinedCrop[] = [],
): void {
  const place = {
    image: views.image,
    imageOffset: n * 3 * side * side,
    mask: views.mask,
    maskOffset: (n * side * side) / 4,
    side,
  };
  drawCropInPlace(place, crop, cropMargin, variation, random, neighbours);
  views.allowed.set(allowedClasses(crop.knowledge), n * refinerClasses.length);
  views.maskWeight[n] = crop.mask === undefined ? 0 : 1;
}

function toBatch(views: Views, N: number, { side }: RefinerConfig): Batch {
  const float = (shape: readonly number[], data: Float32Array): TensorData => ({
    dtype: 'float32',
    shape,
    data,
  });
  return {
    image: float([N, 3, side, side], views.image),
    mask_target: float([N, 1, side / 2, side / 2], views.mask),
    allowed: float([N, refinerClasses.length], views.allowed),
    type_weight: float([N], views.typeWeight),
    mask_weight: float([N], views.maskWeight),
  };
}
