/**
 * @file A folder per class -> data set of image-level annotations: `CLASS/x.jpg` or `SPLIT/CLASS/x.jpg`.
 */
import type { ImportResult } from '../dataset.ts';
import type { Folder } from '../folder.ts';
import { createDatasetBuilder } from './dataset-builder.ts';
import type { ImportOptions } from './import-options.ts';
import { folderOf, imageSizeIn, isImageFile, splitOfPath } from './locate-image.ts';

/** How to read class folders. */
export interface FolderPerClassOptions extends ImportOptions {
  /** Class names by folder name, in the order of the classes. @default the folders' own names */
  readonly classNames?: Readonly<Record<string, string>>;
}

/** Read images whose folder says their class. */
export async function importFolderPerClass(
  folder: Folder,
  options: FolderPerClassOptions = {},
): Promise<ImportResult> {
  const { name = folder.name, classNames } = options;
  const builder = createDatasetBuilder(name, options);
  const images = (await folder.list()).filter(isImageFile);
  const nameOf = (folderName: string) =>
    classNames !== undefined && Object.hasOwn(classNames, folderName)
      ? classNames[folderName]!
      : folderName;
  const folders = new Set(Object.keys(classNames ?? {}));
  for (const image of images) {
    const className = classFolderOf(image);
    if (className !== undefined) folders.add(className);
  }
  const known = new Map<string, number>();
  for (const className of folders) {
    const index = builder.classNamed(nameOf(className), { file: className });
    if (index !== undefined) known.set(className, index);
  }
  for (const file of images) {
    const className = classFolderOf(file);
    const classIndex = className === undefined ? undefined : known.get(className);
    if (classIndex === undefined) {
      builder.fail({ file }, 'image must lie in the folder of its class. Received one outside.');
      continue;
    }
    const size = await builder.attempt({ file }, () => imageSizeIn(folder, file));
    if (size === undefined) continue;
    const split = splitOfPath(folderOf(file));
    builder.addImage({ id: file, file, size, ...(split === undefined ? {} : { split }) }, { file });
    builder.addAnnotation(file, { classIndex }, { file });
  }
  return builder.finish();
}

/** The last folder that is no split. */
function classFolderOf(file: string): string | undefined {
  const parts = folderOf(file)
    .split('/')
    .filter((part) => part !== '' && splitOfPath(part) === undefined);
  return parts.at(-1);
}
