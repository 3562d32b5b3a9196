/** @file Says that something is on its way. */

/** A quiet line while something loads. */
export function Loading({ what }: { readonly what: string }) {
  return (
    <p role="status" style={{ padding: 'var(--space-5)', color: 'var(--text-soft)' }}>
      Loading {what} ...
    </p>
  );
}
