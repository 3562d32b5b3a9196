/** @file Bytes of an ONNX file and its description -> a model that runs. */
import type { LeukocyteModel } from '../model/leukocyte-model.ts';
import { checkHash, openSessions, type RunOptions } from '../model/open-session.ts';
import { type DetectorConfig, parseDetectorConfig } from './detector-config.ts';
import { createExternalModel } from './external-model.ts';

/** Load a foreign detector; `description` is the parsed JSON. Close the model when done. */
export async function loadExternalModel(
  onnx: Uint8Array,
  description: unknown,
  options: RunOptions = {},
): Promise<LeukocyteModel> {
  return loadDescribedModel(onnx, parseDetectorConfig(description), options);
}

/** Load a foreign detector whose description was checked. */
export async function loadDescribedModel(
  onnx: Uint8Array,
  config: DetectorConfig,
  options: RunOptions = {},
): Promise<LeukocyteModel> {
  const hash = await checkHash(onnx, config.sha256, config.onnx);
  const [session] = await openSessions([onnx], options);
  try {
    return createExternalModel(session!, config, hash);
  } catch (error) {
    await session!.close();
    throw error;
  }
}
