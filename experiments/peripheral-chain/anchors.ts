/**
 * @file The anchors of YOLOv2 in `experiment.json`: k-means by IoU over the boxes of the fields that train, as large as
 * they are in a picture of 384 px.
 *
 * `node --conditions=@leukoscope/source experiments/peripheral-chain/anchors.ts BCISC`
 */
import { createRandom } from '@leukoscope/core';
import { importDataset, toAnnotations } from '@leukoscope/datasets';
import { openFolder } from '@leukoscope/datasets/node';
import { decodeImage } from '@leukoscope/image';
import { kmeansAnchors, meanBestIou } from '@leukoscope/models';

const root = process.argv[2];
if (root === undefined) {
  console.error('usage: anchors.ts BCISC');
  process.exit(2);
}
const { parsed } = await importDataset(await openFolder(root), {
  decodeImage: (bytes) => decodeImage(bytes),
});
const sizes = parsed.images
  .filter(({ file }) => !/_[478]-/.test(file))
  .flatMap((image) => {
    const scale = 384 / Math.max(image.size!.width, image.size!.height);
    return toAnnotations(parsed, image).map(({ box }): [number, number] => [
      (box!.x2 - box!.x1) * scale,
      (box!.y2 - box!.y1) * scale,
    ]);
  });
const anchors = kmeansAnchors(sizes, 5, createRandom(1));
console.log(
  `${sizes.length} boxes, mean IoU with the best anchor ${meanBestIou(sizes, anchors).toFixed(3)}`,
);
console.log(JSON.stringify(anchors.map((side) => side.map((px) => Number(px.toFixed(1))))));
