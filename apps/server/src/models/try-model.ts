/**
 * @file What an analysis process finds out about a model file that somebody wants to add: its description, the
 * operators of its networks, and whether it runs on a picture. A file that crashes, hangs or eats memory does so
 * there, and the pool ends it.
 */
import { type CellClass, createRgbRaster, LeukoscopeError } from '@leukoscope/core';
import { decodeOnnxModel } from '@leukoscope/nn';
import { analyseImage } from '@leukoscope/pipeline';
import { describeModel, openModel } from '@leukoscope/pipeline/node';

/** What is known of a model beside what it answers. */
export interface ModelOrigin {
  readonly reader: string;
  readonly parent: { readonly name: string; readonly sha256: string } | null;
}

/** Say how a model is read and where it is from; nothing is loaded. */
export async function originOf(file: string): Promise<ModelOrigin> {
  const { reader, parent } = (await describeModel(file)).description;
  return {
    reader,
    parent: parent === undefined ? null : { name: parent.name, sha256: parent.hash },
  };
}

/** Domains whose operators ONNX Runtime has; others are code that nobody has here. */
const knownDomains = ['', 'ai.onnx', 'com.microsoft'];

/** Throw unless a model's networks use known operators only and run on a picture with one cell. */
export async function tryModel(file: string): Promise<{ readonly classes: readonly CellClass[] }> {
  const { files } = await describeModel(file);
  for (const read of Object.values(files)) checkOperators(await read());
  const model = await openModel(file);
  try {
    await analyseImage(pictureOfOneCell(), model);
    return { classes: model.facts.classes };
  } finally {
    await model.close();
  }
}

function checkOperators(bytes: Uint8Array): void {
  const { nodes } = decodeOnnxModel(bytes).graph;
  const foreign = nodes.filter(({ domain = '' }) => !knownDomains.includes(domain));
  if (foreign.length === 0) return;
  const names = new Set(foreign.map(({ domain, opType }) => `${domain}.${opType}`));
  throw new LeukoscopeError(
    'MODEL_OPERATORS',
    `networks must use operators of ONNX and ONNX Runtime only. Received ${[...names].slice(0, 5).join(', ')}. Export the model without operators of its own.`,
  );
}

/** Glass with a violet disc in its middle. */
function pictureOfOneCell() {
  const picture = createRgbRaster({ width: 320, height: 240 });
  for (let y = 0; y < picture.height; y++) {
    for (let x = 0; x < picture.width; x++) {
      const isCell = Math.hypot(x - 160, y - 120) < 30;
      picture.data.set(isCell ? [110, 60, 140] : [235, 232, 236], (y * picture.width + x) * 3);
    }
  }
  return picture;
}
