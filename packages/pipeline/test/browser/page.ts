/** @file The script of the test page: opens models by their descriptions, as the test put them beside it. */
import type { RgbRaster } from '@leukoscope/core';
import { analyseImage, describeJson, type LeukocyteModel, loadModel } from '@leukoscope/pipeline';
import { type PlainFinding, plainFinding } from './plain-finding.ts';

/** What the page found out, by model. */
export type PageReport = Readonly<Record<string, readonly PlainFinding[] | string>>;

const bytesOf = async (file: string) => new Uint8Array(await (await fetch(file)).arrayBuffer());
const jsonOf = async (file: string) => JSON.parse(new TextDecoder().decode(await bytesOf(file)));

async function open(name: string): Promise<LeukocyteModel> {
  const where = `${name}/model.json`;
  const read = (file: string) => bytesOf(`${name}/${file}`);
  const described = await describeJson(await jsonOf(where), where, read);
  return loadModel(described, { wasmLocation: 'assets', threads: 1, open });
}

async function report(): Promise<PageReport> {
  const { names, width, height } = await jsonOf('models.json');
  const data = await bytesOf('picture.bin');
  const raster: RgbRaster = { width, height, channels: 3, bitDepth: 8, data };
  const found: Record<string, readonly PlainFinding[] | string> = {};
  for (const name of names) {
    try {
      const model = await open(name);
      const { findings } = await analyseImage(raster, model);
      await model.close();
      found[name] = findings.map(plainFinding);
    } catch (error) {
      found[name] = String(error);
    }
  }
  return found;
}

Object.assign(globalThis, { pageReport: report() });
