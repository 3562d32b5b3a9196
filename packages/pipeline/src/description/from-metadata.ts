/**
 * @file The facts that ONNX files carried before format 2 (`formatVersion` 1) -> the description of today.
 *
 * `postprocessing.kind` names the style of the outputs (`yolo`, `ssd`, `rcnn`), `postprocessing.settings`
 * holds the options of that style.
 */
import { LeukoscopeError } from '@leukoscope/core';
import type { ModelDescription } from '@leukoscope/models';
import { type OnnxModel, readModelMetadata } from '@leukoscope/nn';
import { fromDetectorConfig } from './from-detector-config.ts';

/** Convert the facts of a model file; `file` is its name in messages, `sha256` its hash. */
export async function fromMetadata(
  model: OnnxModel,
  file: string,
  sha256: string,
): Promise<ModelDescription> {
  const { name, version, preprocessing, postprocessing, classes } = readModelMetadata(model);
  const { kind, settings, scoreThreshold, iouThreshold } = postprocessing;
  const { fit, channelOrder, size, scale, mean, deviation, fillValue, input } = preprocessing;
  const isKnown = ['yolo', 'ssd', 'rcnn'].includes(kind);
  if (!isKnown || fit === 'crop' || channelOrder === 'grey') {
    throw new LeukoscopeError(
      'MODEL_METADATA',
      `${file} must be a detector with outputs of the style yolo, ssd or rcnn on whole RGB images. Received ${kind}, fit ${fit}, ${channelOrder}. Export it again, or write a JSON description for it as docs/formats.md shows.`,
    );
  }
  const json = {
    name: `${name} ${version}`,
    onnx: file,
    sha256,
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
  };
  const description = await fromDetectorConfig(json, file, async () => sha256);
  // A file cannot hold its own hash, so descriptions inside files name no networks.
  return { ...description, networks: {} };
}
