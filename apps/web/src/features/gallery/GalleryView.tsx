/** @file The gallery of cells. */

/** The gallery of cells. */
export default function GalleryView() {
  return <h1>The gallery of cells</h1>;
}
