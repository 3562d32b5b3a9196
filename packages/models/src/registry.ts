/** @file Every family by name; only pipeline, training and apps look names up here. */
import { LeukoscopeError } from '@leukoscope/core';
import {
  alexnetClassifier,
  darknetClassifier,
  mobilenetClassifier,
  resnetClassifier,
  vggClassifier,
  wbcResnetClassifier,
} from './classifiers/classifier-family.ts';
import { marrowGlobal, marrowLocal } from './classifiers/dual-stage.ts';
import { compactLocator } from './compact/locator-family.ts';
import { compactRefiner } from './compact/refiner-family.ts';
import { fcos } from './detectors/fcos.ts';
import { fsaf } from './detectors/fsaf.ts';
import { retinanet } from './detectors/retinanet.ts';
import { ssd } from './detectors/ssd.ts';
import { yolov2 } from './detectors/yolov2.ts';
import { yolov3, yolov3Tiny } from './detectors/yolov3.ts';
import { cascadeRcnn } from './detectors/cascade-rcnn.ts';
import { doubleHead } from './detectors/double-head.ts';
import { fasterRcnn } from './detectors/faster-rcnn.ts';
import { gridRcnn } from './detectors/grid-rcnn.ts';
import { leukocytemask } from './detectors/leukocytemask.ts';
import { maskRcnn } from './detectors/mask-rcnn.ts';
import { type RegisteredFamily, registerFamily } from './family/configured-model.ts';
import { deeplab } from './segmenters/deeplab.ts';
import { fcn, fcnAlexnet } from './segmenters/fcn.ts';
import { segnet } from './segmenters/segnet.ts';
import { unet } from './segmenters/u-net.ts';

/** All families, by task and then by name. */
export const modelFamilies: readonly RegisteredFamily[] = [
  registerFamily(resnetClassifier),
  registerFamily(wbcResnetClassifier),
  registerFamily(vggClassifier),
  registerFamily(alexnetClassifier),
  registerFamily(darknetClassifier),
  registerFamily(mobilenetClassifier),
  registerFamily(marrowGlobal),
  registerFamily(marrowLocal),
  registerFamily(compactRefiner),
  registerFamily(fasterRcnn),
  registerFamily(cascadeRcnn),
  registerFamily(doubleHead),
  registerFamily(gridRcnn),
  registerFamily(maskRcnn),
  registerFamily(leukocytemask),
  registerFamily(fcos),
  registerFamily(retinanet),
  registerFamily(fsaf),
  registerFamily(ssd),
  registerFamily(yolov2),
  registerFamily(yolov3),
  registerFamily(yolov3Tiny),
  registerFamily(compactLocator),
  registerFamily(unet),
  registerFamily(segnet),
  registerFamily(fcn),
  registerFamily(fcnAlexnet),
  registerFamily(deeplab),
];

/** Return a family by name. */
export function familyOf(name: string): RegisteredFamily {
  const family = modelFamilies.find((known) => known.name === name);
  if (family !== undefined) return family;
  throw new LeukoscopeError(
    'MODEL_FAMILY',
    `model family must be ${modelFamilies.map((known) => known.name).join(', ')}. Received ${JSON.stringify(name)}.`,
  );
}
