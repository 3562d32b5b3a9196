/** @file A case's own facts in words, before and after a change. */

/** How people call a fact. */
const factNames: Readonly<Record<string, string>> = {
  number: 'the number',
  patientReference: 'the patient’s reference',
  specimen: 'the specimen',
  expectation: 'what is expected',
  collectedAt: 'the time of collection',
  leukocytesE9PerLitre: 'the leukocyte count',
  targetCells: 'the target',
  signersNeeded: 'the signers needed',
  conclusion: 'the conclusion',
};

const units: Readonly<Record<string, string>> = {
  leukocytesE9PerLitre: ' × 10⁹/L',
  targetCells: ' cells',
};

/** Write one sentence for each fact that changed. */
export function factSentences(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): string[] {
  return Object.keys(after).map((key) => {
    const name = factName(key);
    // The texts stand below, before and after: they are too long for a sentence.
    if (key === 'conclusion') {
      if (isEmpty(before[key])) return `wrote ${name}`;
      return isEmpty(after[key]) ? `emptied ${name}` : `changed ${name}`;
    }
    const was = isEmpty(before[key]) ? '' : ` (was ${factValue(key, before[key])})`;
    if (isEmpty(after[key])) return `took ${name} away${was}`;
    return `set ${name} to ${factValue(key, after[key])}${was}`;
  });
}

/** Return how people call a fact of a case; one that is not known keeps its own name. */
export function factName(key: string): string {
  return factNames[key] ?? key;
}

/** Write the value of a fact with its unit. */
export function factValue(key: string, value: unknown): string {
  if (isEmpty(value)) return 'none';
  const text = typeof value === 'string' || typeof value === 'number' ? `${value}` : '';
  return `${text === '' ? JSON.stringify(value) : text}${units[key] ?? ''}`;
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}
