/**
 * @file Names of the original's Caffe models (`conv4_3.0`, `fc7_mbox_conf.1`), turned into ours.
 *
 * Those weights see BGR: take `channelOrder: 'bgr'` with them.
 */
import type { RenameRule } from '@leukoscope/nn';

/** Convolutions of each of VGG-16's stages, and where the first stands in torchvision's `features`. */
const stages = [
  [2, 0],
  [2, 5],
  [3, 10],
  [3, 17],
  [3, 24],
] as const;

const features = stages.flatMap(([convolutions, first], stage) =>
  Array.from(
    { length: convolutions },
    (_, i): RenameRule => [
      new RegExp(`^conv${stage + 1}_${i + 1}\\.(?=[01]$)`),
      `backbone.features.${first + 2 * i}.`,
    ],
  ),
);

/** The levels behind fc7 are conv6 to conv10 there. */
const extras = [1, 2, 3, 4, 5].flatMap((i): RenameRule[] => [
  [new RegExp(`^conv${i + 5}_1\\.(?=[01]$)`), `backbone.extra.${i}.0.`],
  [new RegExp(`^conv${i + 5}_2\\.(?=[01]$)`), `backbone.extra.${i}.2.`],
]);

const sources = ['conv4_3_norm', 'fc7', ...[6, 7, 8, 9, 10].map((i) => `conv${i}_2`)];

const heads = sources.flatMap((source, i): RenameRule[] => [
  [new RegExp(`^${source}_mbox_conf\\.`), `head.classification_head.module_list.${i}.`],
  [new RegExp(`^${source}_mbox_loc\\.`), `head.regression_head.module_list.${i}.`],
]);

/** In Caffe blob 0 is the weights and blob 1 the bias. */
export const caffeSsdRename: readonly RenameRule[] = [
  [/^conv4_3_norm\.0$/, 'backbone.scale_weight'],
  ...features,
  [/^(fc[67])\.(?=[01]$)/, 'backbone.$1.'],
  ...extras,
  ...heads,
  [/^((?:backbone|head)\..*)\.0$/, '$1.weight'],
  [/^((?:backbone|head)\..*)\.1$/, '$1.bias'],
];
