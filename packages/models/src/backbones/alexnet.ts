/**
 * @file The convolutions of AlexNet (Krizhevsky 2014, "one weird trick") with torchvision's parameter
 * names. Levels have strides 4, 8, 16, then 32 behind the last pooling.
 *
 * Reference: torchvision.models.alexnet 0.14.
 */
import { convLayer, kaiming, maxPool, relu, type Scope, type Tensor } from '@leukoscope/nn';
import { z } from 'zod';
import { count } from './backbone-fields.ts';
import type { FeatureLevels } from './feature-levels.ts';

/** The shape of an AlexNet; it has no norm. */
export const alexnetSchema = z.strictObject({
  kind: z.literal('alexnet'),
  /** Channels of the five convolutions. */
  widths: z.tuple([count, count, count, count, count]).readonly(),
  /** How many convolutions, from the first, are not trained. */
  frozenStages: z.int().min(0).max(5).default(0),
});

/** The shape of an AlexNet; it has no norm. */
export type AlexnetConfig = z.infer<typeof alexnetSchema>;

/** The network of the paper, and one for tests. */
export const alexnetPresets = {
  alexnet: { kind: 'alexnet', widths: [64, 192, 384, 256, 256], frozenStages: 0 },
  'alexnet-tiny': { kind: 'alexnet', widths: [8, 12, 16, 16, 16], frozenStages: 0 },
} satisfies Record<string, AlexnetConfig>;

/** Places of the convolutions in torchvision's list of layers. */
const places = [0, 3, 6, 8, 10] as const;

/** Apply AlexNet's convolutions to images [N, 3, H, W] of 63 pixels or more. */
export function buildAlexnet(scope: Scope, image: Tensor, config: AlexnetConfig): FeatureLevels {
  const layer = (
    i: number,
    x: Tensor,
    options: { kernel?: number; stride?: number; padding?: number } = {},
  ) =>
    relu(
      convLayer(scope.at('features').at(places[i]!), x, {
        channels: config.widths[i]!,
        initialise: kaiming('fan-out'),
        ...options,
      }),
    );
  const pool = (x: Tensor) => maxPool(x, 3, { stride: 2 });
  const first = layer(0, image, { kernel: 11, stride: 4, padding: 2 });
  const second = layer(1, pool(first), { kernel: 5 });
  const fifth = layer(4, layer(3, layer(2, pool(second))));
  return [
    { map: first, stride: 4 },
    { map: second, stride: 8 },
    { map: fifth, stride: 16 },
    { map: pool(fifth), stride: 32 },
  ];
}

/** Names of the parameters that `frozenStages` keeps as they are. */
export function frozenAlexnetKeys({ frozenStages }: AlexnetConfig): string[] {
  return places.slice(0, frozenStages).map((place) => `features.${place}`);
}
