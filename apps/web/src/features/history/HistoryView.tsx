/** @file The history. */

/** The history. */
export default function HistoryView() {
  return <h1>The history</h1>;
}
