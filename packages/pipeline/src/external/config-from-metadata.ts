/**
 * @file An ONNX file that carries its own facts (key `leukoscope`) -> the description of a detector.
 *
 * `postprocessing.kind` names the style of the outputs (`yolo`, `ssd`, `rcnn`), `postprocessing.settings`
 * holds the options of that style, as the JSON description would.
 */
import { LeukoscopeError } from '@leukoscope/core';
import { decodeOnnxModel, readModelMetadata } from '@leukoscope/nn';
import { type DetectorConfig, parseDetectorConfig } from './detector-config.ts';

/** Read the facts of a model file; `file` is its name in messages. */
export function configFromMetadata(bytes: Uint8Array, file: string): DetectorConfig {
  const { name, version, preprocessing, postprocessing, classes } = readModelMetadata(
    decodeOnnxModel(bytes),
  );
  const { kind, settings, scoreThreshold, iouThreshold } = postprocessing;
  const { fit, channelOrder, size, scale, mean, deviation, fillValue, input } = preprocessing;
  const isKnown = ['yolo', 'ssd', 'rcnn'].includes(kind);
  if (!isKnown || fit === 'crop' || channelOrder === 'grey') {
    throw new LeukoscopeError(
      'MODEL_METADATA',
      `${file} must be a detector with outputs of the style yolo, ssd or rcnn on whole RGB images. Received ${kind}, fit ${fit}, ${channelOrder}. Write a JSON description for it as docs/guide-analyze.md shows.`,
    );
  }
  return parseDetectorConfig(
    {
      name: `${name} ${version}`,
      onnx: file,
      classes,
      input: {
        name: input,
        ...size,
        fit,
        // There (pixel x scale - mean) / deviation, here (pixel / scale - mean) / std.
        scale: 1 / scale,
        mean,
        std: deviation,
        channels: channelOrder === 'RGB' ? 'rgb' : 'bgr',
        padding: fillValue,
      },
      output: { ...settings, style: kind },
      ...(scoreThreshold === undefined ? {} : { scoreThreshold }),
      ...(iouThreshold === undefined ? {} : { iouThreshold }),
    },
    file,
  );
}
