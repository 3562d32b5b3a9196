/** @file The models. */

/** The models. */
export default function ModelsPage() {
  return <h1>The models</h1>;
}
