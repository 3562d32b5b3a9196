/** @file Runs a refiner on plain views of crops with known boxes. */
import { buildRefiner, refinerClasses } from '@leukoscope/models';
import { buildInferenceModel, input, type Trainer } from '@leukoscope/nn';
import type { Runtime } from '@leukoscope/nn/runtime';
import {
  type CompactExperiment,
  type LabelledCrop,
  plainBatches,
  plainView,
} from '@leukoscope/training';

/** What the refiner says of one crop. */
export interface RefinedCrop {
  readonly crop: LabelledCrop;
  readonly logits: Float32Array;
  /** Logits of the mask, [S / 2, S / 2]. */
  readonly mask: Float32Array;
  /** The mask that the crop's own should give, same size. */
  readonly maskTarget: Float32Array;
}

const inferenceBatch = 16;

/** Run the averaged weights on plain views of crops. */
export async function runRefiner(
  runtime: Runtime,
  trainer: Pick<Trainer, 'weights'>,
  experiment: CompactExperiment,
  crops: readonly LabelledCrop[],
  side = experiment.refiner.config.side,
): Promise<RefinedCrop[]> {
  const config = { ...experiment.refiner.config, side };
  const N = inferenceBatch;
  const model = buildInferenceModel(
    (scope) => {
      const { logits, mask } = buildRefiner(
        scope,
        input('image', [N, 3, config.side, config.side]),
        config,
      );
      return { logits, mask };
    },
    await trainer.weights('averaged'),
  );
  const session = await runtime.load(model);
  const refined: RefinedCrop[] = [];
  for (const batch of plainBatches(crops, config, N, plainView)) {
    const { logits, mask } = await session.run({ image: batch['image']! });
    const rows = (data: ArrayLike<number>, n: number, size: number) =>
      Float32Array.from({ length: size }, (_, i) => data[n * size + i] as number);
    for (let n = 0; n < N && refined.length < crops.length; n++) {
      refined.push({
        crop: crops[refined.length]!,
        logits: rows(logits!.data as Float32Array, n, refinerClasses.length),
        mask: rows(mask!.data as Float32Array, n, config.side ** 2 / 4),
        maskTarget: rows(batch['mask_target']!.data as Float32Array, n, config.side ** 2 / 4),
      });
    }
  }
  await session.dispose();
  return refined;
}
