/** @file One field of the case in the deep-zoom viewer. */

/** The viewer of a field; without an identifier the first one. */
export default function FieldView({ fieldId }: { readonly fieldId: string | undefined }) {
  return <h1>Field {fieldId}</h1>;
}
