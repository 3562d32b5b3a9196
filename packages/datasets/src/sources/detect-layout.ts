/** @file Recognises the layout of a folder from its file names and the first bytes of a few files. */
import type { Folder } from '../folder.ts';
import { isImageFile } from '../formats/locate-image.ts';

/** The layouts that can be read without being told. */
export type Layout =
  | 'bcisc'
  | 'bccd'
  | 'oi-pbc'
  | 'txl-pbc'
  | 'zheng'
  | 'marrow'
  | 'coco'
  | 'cvat'
  | 'voc'
  | 'geojson'
  | 'csv'
  | 'yolo'
  | 'masks'
  | 'folder-per-class';

/** A layout with the annotation files it lies in (those formats that have one file for many images). */
export interface DetectedLayout {
  readonly layout: Layout;
  readonly files: readonly string[];
}

const headLength = 4096;

/** Recognise a folder's layout; undefined when none fits. */
export async function detectLayout(folder: Folder): Promise<DetectedLayout | undefined> {
  const files = await folder.list();
  const has = (file: string) => files.includes(file);
  const some = (pattern: RegExp) => files.some((file) => pattern.test(file));
  const head = async (file: string) =>
    new TextDecoder().decode(await folder.read(file, { offset: 0, length: headLength }));
  const found = (layout: Layout, list: readonly string[] = []): DetectedLayout => ({
    layout,
    files: list,
  });

  if (has('annotations.json') && some(/^fields\//) && some(/^cells\/masks\//))
    return found('bcisc');
  if (has('types.csv') && some(/^Annotations\/.*\.xml$/)) return found('bccd');
  if (has('labels.csv') && some(/^\d{3}\.bmp$/) && some(/^\d{3}\.png$/)) return found('zheng');
  if (
    files.filter(isImageFile).length > 0 &&
    files.filter(isImageFile).every((file) => /^[0-9]\/\d+\.jpg$/.test(file))
  ) {
    return found('marrow');
  }
  const yaml = files.find((file) => /(^|\/)[^/]*\.ya?ml$/i.test(file));
  if (yaml !== undefined) {
    const text = await head(yaml);
    if (/names/.test(text)) return found(yoloKind(text, files));
  }
  const coco: string[] = [];
  for (const file of files.filter((path) => /\.json$/i.test(path))) {
    if (await isCoco(folder, file, await head(file))) coco.push(file);
  }
  if (coco.length > 0) return found('coco', coco);
  const xml = files.filter((file) => /\.xml$/i.test(file));
  const cvat: string[] = [];
  for (const file of xml.slice(0, 20))
    if (/<annotations[\s>]/.test(await head(file))) cvat.push(file);
  if (cvat.length > 0) return found('cvat', cvat);
  if (xml.length > 0) return found('voc');
  if (some(/\.geojson$/i)) return found('geojson');
  for (const file of files.filter((path) => /\.csv$/i.test(path))) {
    if (/^\uFEFF?file,.*\bclass\b.*\bx1\b/.test(await head(file))) return found('csv', [file]);
  }
  if (some(/(^|\/)(labels\/.*\.txt|classes\.txt|obj\.names)$/i)) return found('yolo');
  if (some(/(^|\/)masks?\/.*\.png$/i)) return found('masks');
  if (files.some((file) => isImageFile(file) && file.includes('/')))
    return found('folder-per-class');
  return undefined;
}

function yoloKind(yaml: string, files: readonly string[]): Layout {
  if (
    /BNE.*ERB.*MMY.*PMY.*SNE/s.test(yaml) &&
    files.some((file) => /\/(BNE|SNE|PLATELET)_\d+\./.test(file))
  )
    return 'oi-pbc';
  return /WBC.*RBC.*Platelet/is.test(yaml) ? 'txl-pbc' : 'yolo';
}

/** COCO's keys may come in any order, after megabytes of others: look at the end of the file too. */
async function isCoco(folder: Folder, file: string, head: string): Promise<boolean> {
  const pattern = /"(images|annotations|categories)"\s*:\s*\[/;
  if (pattern.test(head)) return true;
  return (
    /^\uFEFF?\s*\{/.test(head) &&
    pattern.test(new TextDecoder().decode(await folder.read(file)).slice(0, 5e8))
  );
}
