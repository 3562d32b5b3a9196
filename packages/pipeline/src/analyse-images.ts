/**
 * @file Many images, one after the other, with the next one decoded while the model runs.
 *
 * At most `lookAhead` + 1 images are open at a time, so memory does not grow with their number. An
 * image that fails is given as a failure, and the rest goes on; a fault of the model ends everything.
 */
import { LeukoscopeError, messageOf, type Raster } from '@leukoscope/core';
import type { ImageSource } from '@leukoscope/image';
import { type AnalyseImageOptions, analyseOpenImage, type ImageFindings } from './analyse-image.ts';
import type { LeukocyteModel } from './model/leukocyte-model.ts';
import { type OpenImage, openImage } from './source/open-image.ts';

/** Options of `analyseImages`. */
export interface AnalyseImagesOptions extends AnalyseImageOptions {
  /** Images opened before their turn. @default 1 */
  readonly lookAhead?: number | undefined;
}

/** The outcome for one image, in the order of the sources. */
export type ImageOutcome =
  | {
      readonly kind: 'analysed';
      readonly index: number;
      readonly image: OpenImage;
      readonly result: ImageFindings;
    }
  | {
      readonly kind: 'failed';
      readonly index: number;
      /** A `LeukoscopeError` code, or INTERNAL. */
      readonly code: string;
      readonly reason: string;
    };

/** Find the cells of many images; ends early, by throwing the reason, when the signal aborts. */
export async function* analyseImages(
  sources: readonly (ImageSource | Raster)[],
  model: LeukocyteModel,
  options: AnalyseImagesOptions = {},
): AsyncGenerator<ImageOutcome, void, undefined> {
  const { lookAhead = 1, signal } = options;
  if (!Number.isInteger(lookAhead) || lookAhead < 0) {
    throw new LeukoscopeError(
      'PIPELINE_OPTION',
      `lookAhead must be a whole number of at least 0. Received ${lookAhead}.`,
    );
  }
  const opening = new Map<number, Promise<OpenImage>>();
  const startOpening = (index: number) => {
    const source = sources[index];
    if (source === undefined || opening.has(index)) return;
    const promise = openImage(source, options);
    // It is awaited in its turn; until then a failure is nobody's fault.
    promise.catch(() => {});
    opening.set(index, promise);
  };
  for (let index = 0; index < sources.length; index++) {
    signal?.throwIfAborted();
    for (let ahead = 0; ahead <= lookAhead; ahead++) startOpening(index + ahead);
    yield await analyseOne(index, opening.get(index)!, model, options);
    opening.delete(index);
  }
}

async function analyseOne(
  index: number,
  opening: Promise<OpenImage>,
  model: LeukocyteModel,
  options: AnalyseImageOptions,
): Promise<ImageOutcome> {
  try {
    const image = await opening;
    return {
      kind: 'analysed',
      index,
      image,
      result: await analyseOpenImage(image, model, options),
    };
  } catch (error) {
    if (options.signal?.aborted === true || isModelFault(error)) throw error;
    const code = error instanceof LeukoscopeError ? error.code : 'INTERNAL';
    return { kind: 'failed', index, code, reason: messageOf(error) };
  }
}

/** Tell whether an error is wrong for every image: then it is said once, and all ends. */
export function isModelFault(error: unknown): boolean {
  return error instanceof LeukoscopeError && /^(MODEL|NN|DETECTOR)_/.test(error.code);
}
