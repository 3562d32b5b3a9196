import { expect, test } from 'vitest';
import { createDatasetBuilder } from './dataset-builder.ts';
import { createImageLocator, resolveImage, splitOfPath } from './locate-image.ts';

const locator = createImageLocator(['a/x.jpg', 'b/x.jpg', 'b/Y.PNG', 'notes.txt']);

test.each([
  ['a/x.jpg', 'a/x.jpg'],
  ['./a/x.jpg', 'a/x.jpg'],
  ['b\\x.jpg', 'b/x.jpg'],
  ['/home/me/data/y.png', 'b/Y.PNG'],
  ['y', 'b/Y.PNG'],
])('%s means %s', (name, file) => {
  expect(locator.locate(name)).toEqual({ file });
});

test('a name of several images, or of none, is not guessed', () => {
  expect(locator.locate('x.jpg')).toEqual({ reason: '2 images of that name' });
  expect(locator.locate('z.jpg')).toEqual({ reason: 'no such image in the folder' });
});

test('missing images are told one by one, but a folder without any only once', () => {
  const warned = (files: readonly string[]) => {
    const builder = createDatasetBuilder('x');
    const among = createImageLocator(files);
    for (const name of ['p.jpg', 'q.jpg']) {
      const id = resolveImage(name, among, builder, { file: 'a.json' })!;
      builder.addImage({ id, file: id }, { file: 'a.json' });
      builder.addAnnotation(id, {}, { file: 'a.json' });
    }
    return builder.finish().warnings.length;
  };
  expect(warned(['other.jpg'])).toBe(2);
  expect(warned([])).toBe(1);
});

test.each([
  ['images/train/x.jpg', 'train'],
  ['valid/x.jpg', 'val'],
  ['Testing/x.jpg', 'test'],
  ['train2017/x.jpg', 'train'],
  ['training-notes/x.jpg', undefined],
])('the split of %s is %s', (file, split) => {
  expect(splitOfPath(file)).toBe(split);
});
