/**
 * @file Every system of the five papers: what they report, where ours lives, what shows that it is the same network, and which
 * experiment measures it.
 *
 * @data
 */
import { auditFigure } from './audit-figure.ts';

/** Where ours was measured. */
export interface Measured {
  readonly experiment: string;
  readonly variant: string;
  readonly measure: string;
}

/** A system of a paper. */
export interface System {
  readonly name: string;
  /** Where it lives: families, commands. */
  readonly ours: string;
  /** As its paper has it. */
  readonly theirs: string;
  /** What shows that it is the network of its paper. */
  readonly checked: string;
  readonly measured?: readonly Measured[];
  /** In place of a figure. */
  readonly said?: string;
  /** A page with the figures, once it was written. */
  readonly page?: string;
}

const parity = 'packages/models/test';
const two = `torchvision: \`${parity}/two-stage-parity*\``;
const heads = `own definition in PyTorch: \`${parity}/refining-heads.test.ts\``;
const dense = `torchvision: \`${parity}/torchvision-detectors.slow.test.ts\``;
const pixels = `own definition in PyTorch: \`${parity}/recorded-segmenters.test.ts\``;
const darknet = `Debian's darknet: \`${parity}/darknet-detectors.test.ts\``;
const roots = `its ResNet and heads by parts; Mask R-CNN by ${two}`;
const on = (experiment: string, variant: string, ...measures: string[]): Measured[] =>
  measures.map((measure) => ({ experiment, variant, measure }));

/** A network that outlines, by its Dice coefficient; of LeukocyteMask unless it says otherwise. */
function outlines(
  experiment: string,
  variant: string,
  { theirs = '–', checked = roots, ...system }: Pick<System, 'name' | 'ours'> & Partial<System>,
): System {
  return { ...system, theirs, checked, measured: on(experiment, variant, 'outlineDice') };
}

/** The five networks of the leukocytemask paper on one set; `dice` as its Table 1 has them, in this order. */
function outlined(experiment: string, set: string, dice: readonly string[]): System[] {
  const rows = [
    ['leukocytemask-aug-et', 'LeukocyteMask, Aug-ET', '`leukocytemask`'],
    [
      'leukocytemask-aug-no-et',
      'LeukocyteMask, Aug-noET',
      'augmentation `leukocytemask-without-elastic`',
    ],
    ['leukocytemask-no-aug', 'LeukocyteMask, noAug', 'augmentation `none`'],
    ['u-net', 'U-Net', '`u-net`'],
    ['fcn', 'FCN', '`fcn`'],
  ] as const;
  return rows.map(([variant, title, ours], i) => {
    const checked = variant.startsWith('leukocytemask') ? roots : pixels;
    const theirs = `Dice ${dice[i]}`;
    return outlines(experiment, variant, { name: `${title}, on ${set}`, ours, theirs, checked });
  });
}

/** The systems by paper. */
export const papers: readonly { readonly title: string; readonly systems: readonly System[] }[] = [
  {
    title: 'interference: Li et al., Sci Rep 2023',
    systems: [
      {
        name: 'Faster R-CNN',
        ours: '`faster-rcnn`',
        theirs: 'mAP .815, mAP50 .940',
        checked: two,
        measured: on('interference', 'faster-rcnn', 'AP', 'AP50'),
      },
      {
        name: 'Cascade R-CNN',
        ours: '`cascade-rcnn`',
        theirs: 'mAP .856, mAP50 .948, mAP75 .938',
        checked: heads,
        measured: on('interference', 'cascade-rcnn', 'AP', 'AP50', 'AP75'),
      },
      {
        name: 'Grid R-CNN',
        ours: '`grid-rcnn`',
        theirs: 'mAP .822',
        checked: heads,
        measured: on('interference', 'grid-rcnn', 'AP', 'AP50'),
      },
      {
        name: 'Double-Head',
        ours: '`double-head`',
        theirs: 'mAP .848, mAP50 .951',
        checked: heads,
        measured: on('interference', 'double-head', 'AP', 'AP50'),
      },
      {
        name: 'FCOS',
        ours: '`fcos`',
        theirs: 'mAP .795',
        checked: dense,
        measured: on('interference', 'fcos', 'AP', 'AP50'),
      },
      {
        name: 'FSAF',
        ours: '`fsaf`',
        theirs: 'mAP .742',
        checked: 'own definition in PyTorch: `fixtures/dense-detectors`',
        measured: on('interference', 'fsaf', 'AP', 'AP50'),
      },
      {
        name: 'RetinaNet, their common ground',
        ours: '`retinanet`',
        theirs: '–',
        checked: dense,
        measured: on('interference', 'retinanet', 'AP', 'AP50'),
      },
      {
        name: 'Ensemble of the best three',
        ours: '`analyze --model a,b,c --fuse majority`, `model fuse`',
        theirs: 'mAP .853, mAR .922',
        checked: 'rules by hand: `majority-vote.test.ts`',
        page: 'experiments/interference/ensemble-of-the-best/README.md',
      },
      {
        name: 'Ensemble of the three that ship',
        ours: 'as above, in 8 bits',
        theirs: 'mAP .853, mAR .922',
        checked: 'as above',
        page: 'experiments/interference/ensemble/README.md',
      },
      {
        name: 'Order of the detectors, tested in pairs',
        ours: '`experiments/interference/order.ts`',
        theirs: 'Cascade, Double-Head, Grid, Faster R-CNN, FCOS, FSAF',
        checked: 'slides drawn again, the same for each',
        page: 'experiments/interference/order/README.md',
      },
      {
        name: 'Robustness by factor',
        ours: '`experiment robustness`',
        theirs: 'overly stained 95.30 %, overlapping 94.74 %, debris 3.53 %, cut 98.84 %',
        checked: '`measure-condition.test.ts`',
        said: 'compact: [its card](../weights/leukoscope-compact.md)',
      },
      {
        name: 'Label audit',
        ours: '`dataset audit`, `dataset correct`',
        theirs: 'Fig. 8',
        checked: '`audit-labels.test.ts`',
        said: auditFigure(),
      },
      {
        name: 'Data set toolbox, web service',
        ours: '`leukoscope dataset`, `leukoscope serve`',
        theirs: '6,273 images',
        checked: 'guides and their tests',
        said: 'no figure to compare',
      },
    ],
  },
  {
    title: 'recognition: Wang et al., PLoS ONE 2019',
    systems: [
      {
        name: 'SSD300, Smin .2',
        ours: '`ssd`',
        theirs: 'mAP50 .931',
        checked: dense,
        measured: on('recognition', 'ssd-smin-20', 'AP50', 'AP'),
      },
      {
        name: 'SSD300, Smin .1',
        ours: '`defaultBoxes`',
        theirs: 'mAP50 .831',
        checked: dense,
        measured: on('recognition', 'ssd-smin-10', 'AP50', 'AP'),
      },
      {
        name: 'SSD512',
        ours: '`ssd`, preset `paper` at 512',
        theirs: 'mAP50 .687',
        checked: dense,
      },
      {
        name: 'YOLOv3 320, 416, 608',
        ours: '`yolov3`',
        theirs: 'mAP50 .925, .921, .919',
        checked: darknet,
        measured: on('recognition', 'yolov3', 'AP50', 'AP'),
      },
      {
        name: 'YOLOv3-tiny',
        ours: '`yolov3-tiny`',
        theirs: 'mAP50 .772',
        checked: darknet,
        measured: on('recognition', 'yolov3-tiny', 'AP50', 'AP'),
      },
      {
        name: 'Classification by the top box',
        ours: '`predict --as types --cell top`',
        theirs: '90.09 %',
        checked: '`picture-types.test.ts`',
        page: 'experiments/recognition/classification/README.md',
      },
    ],
  },
  {
    title: 'leukocytemask: Fan et al., J Biophotonics 2019',
    systems: [
      ...outlined('leukocytemask-dataset1', 'Dataset 1', ['.982', '.973', '.973', '.962', '.973']),
      outlines('leukocytemask-dataset1', 'leukocytemask-cells', {
        name: 'LeukocyteMask on Dataset 1 from weights that know cells, twice the epochs (ours)',
        ours: '`initial` in the recipe',
      }),
      ...outlined('leukocytemask-dataset2', 'Dataset 2', ['.982', '.970', '.962', '.956', '.939']),
      outlines('leukocytemask-dataset2', 'leukocytemask-cells', {
        name: 'LeukocyteMask on Dataset 2 from weights that know cells (ours)',
        ours: '`initial` in the recipe',
      }),
      ...outlined('leukocytemask-bcisc', 'BCISC, whole fields', [
        '.978',
        '.968',
        '.967',
        '.951',
        '.958',
      ]),
      outlines('leukocytemask-bcisc', 'leukocytemask-cells', {
        name: 'LeukocyteMask on BCISC from weights that know cells',
        ours: '`initial` in the recipe',
        theirs: "ImageNet's weights",
      }),
      outlines('leukocytemask-bcisc', 'leukocytemask-stains', {
        name: 'The same with stains varied, thrice the steps (ours)',
        ours: '`leukocytemask-stains`',
      }),
      outlines('leukocytemask-bccd', 'leukocytemask-stains', {
        name: 'LeukocyteMask on BCCD, whole fields (ours)',
        ours: 'masks of Banik et al.',
      }),
      outlines('leukocytemask-bccd', 'u-net', {
        name: 'U-Net on BCCD',
        ours: '`u-net`',
        checked: pixels,
      }),
      outlines('leukocytemask-bccd', 'fcn', {
        name: 'FCN on BCCD',
        ours: '`fcn`',
        checked: pixels,
      }),
      {
        name: 'Watershed',
        ours: '`watershed`, without weights',
        theirs: 'Dice .617 on Dataset 1, .832 on BCISC',
        checked: 'OpenCV: `packages/image`',
        said: '[its card](../weights/watershed.md)',
      },
      {
        name: 'Six measures, box plots, best and worst cells',
        ours: '`experiment report`, `evaluate --task masks`',
        theirs: 'Fig. 10 to 13',
        checked: '`measure-outlines.test.ts`',
        said: 'in each experiment',
      },
    ],
  },
  {
    title: 'marrow: Choi et al., PLoS ONE 2017',
    systems: [
      {
        name: 'Global network, original data',
        ours: '`marrow-global`, augmentation `none`',
        theirs: 'accuracy .578',
        checked: '`dual-stage.test.ts`',
        measured: on('marrow', 'original', 'accuracy', 'macroF1'),
      },
      {
        name: 'Eight-fold augmentation',
        ours: 'quarter turns and flips',
        theirs: 'accuracy .719',
        checked: '`marrow.test.ts`',
        measured: on('marrow', 'augmented', 'accuracy', 'macroF1'),
      },
      {
        name: 'Oversampling',
        ours: '`"draw": "types"` and shifted crops',
        theirs: 'accuracy .656 (300), .906 (600)',
        checked: '`marrow.test.ts`',
        measured: on('marrow', 'oversampled', 'accuracy', 'macroF1'),
      },
      {
        name: 'Both',
        ours: 'augmentation `marrow`',
        theirs: 'accuracy .850 (300), .957 (600)',
        checked: 'as above',
        measured: on('marrow', 'both', 'accuracy', 'macroF1'),
      },
      {
        name: 'Both, with cells of blood beside (ours)',
        ours: '`experiments/marrow`, `both-and-blood`',
        theirs: '–',
        checked: 'as above',
        measured: on('marrow', 'both-and-blood', 'accuracy', 'macroF1'),
      },
      {
        name: 'Local network alone: band against segmented',
        ours: '`marrow-local`',
        theirs: '–',
        checked: '`dual-stage.test.ts`',
        measured: on('marrow-local', 'local', 'accuracy', 'macroF1'),
      },
      {
        name: 'Second stage, invariance, wrong cells',
        ours: '`model chain`, `experiments/marrow/second-stage.ts`',
        theirs: 'accuracy .971 with both stages',
        checked: '`dual-stage.test.ts`',
        page: 'experiments/marrow/second-stage/README.md',
      },
    ],
  },
  {
    title: 'peripheral: Pant et al.',
    systems: [
      {
        name: 'DeepLabv3+',
        ours: '`deeplab`',
        theirs: 'mIoU .84 to .86, accuracy .974',
        checked: pixels,
        measured: on('peripheral-segmentation', 'deeplab', 'meanIou', 'pixelAccuracy'),
      },
      {
        name: 'SegNet',
        ours: '`segnet`',
        theirs: 'Table 1',
        checked: pixels,
        measured: on('peripheral-segmentation', 'segnet', 'meanIou', 'pixelAccuracy'),
      },
      {
        name: 'FCN on AlexNet',
        ours: '`fcn-alexnet`',
        theirs: 'Table 1',
        checked: pixels,
        measured: on('peripheral-segmentation', 'fcn-alexnet', 'meanIou', 'pixelAccuracy'),
      },
      {
        name: 'The same, with a share of Dice in its loss',
        ours: '`diceShare`',
        theirs: '–',
        checked: 'as above',
        measured: on('peripheral-segmentation', 'fcn-alexnet-dice', 'meanIou', 'pixelAccuracy'),
      },
      {
        name: 'U-Net',
        ours: '`u-net`',
        theirs: 'Table 1',
        checked: pixels,
        measured: on('peripheral-segmentation', 'u-net', 'meanIou', 'pixelAccuracy'),
      },
      {
        name: 'Crop and AlexNet transfer',
        ours: '`alexnet` behind a segmenter (`settings.locator`)',
        theirs: 'accuracy .989 to .990',
        checked: `torchvision: \`${parity}/torchvision.test.ts\``,
        page: 'experiments/peripheral-chain/chain-of-the-paper/README.md',
      },
      {
        name: 'The same with ResNet in place of AlexNet (ours)',
        ours: '`resnet` behind a segmenter',
        theirs: '–',
        checked: 'as above',
        page: 'experiments/peripheral-chain/chain/README.md',
      },
      {
        name: 'YOLOv2',
        ours: '`yolov2`',
        theirs: 'AP at IoU .6 and .7, behind the chain',
        checked: darknet,
        measured: on('peripheral-chain', 'yolov2', 'AP', 'AP50'),
      },
      {
        name: 'Faster R-CNN',
        ours: '`faster-rcnn`',
        theirs: 'AP at IoU .6 and .7, behind the chain',
        checked: two,
        said: 'under interference; beside the chain on its page',
      },
    ],
  },
];
