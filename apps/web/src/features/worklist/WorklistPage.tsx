/** @file The worklist. */

/** The worklist. */
export default function WorklistPage() {
  return <h1>The worklist</h1>;
}
