/** @file The card of a trained model: what it is, what it was trained on, how good it is and where not to trust it. */
import type { ConfiguredModel } from '@leukoscope/models';
import type { Measurement } from '../validate/measurement.ts';
import type { RunFacts } from './run-folder-node.ts';
import type { TestResult } from './test-result-node.ts';

/** What the card says. */
export interface CardFacts {
  readonly run: RunFacts;
  readonly model: ConfiguredModel;
  readonly step: number;
  /** Undefined where nothing measures. */
  readonly measurement: Measurement | undefined;
}

/** Write the card as Markdown. */
export function modelCard({ run, model, step, measurement }: CardFacts): string {
  const { recipe, counts, words, failed } = run;
  const { width, height } = model.input.size;
  const measured = Object.entries(measurement?.values ?? {}).filter(([, value]) =>
    Number.isFinite(value),
  );
  return [
    `# ${recipe.name}`,
    '',
    'For research use only, not for diagnosis.',
    '',
    `- Family: ${model.family}, preset ${recipe.model.preset}; gives ${model.task}.`,
    `- Classes: ${model.classes.join(', ')}.`,
    `- Input: ${width} x ${height} pixels, ${model.input.fit}.`,
    `- Trained for ${step} of ${recipe.steps} steps, seed ${recipe.seed}; the whole recipe lies beside this folder.`,
    `- Data: ${recipe.data.map(({ name }) => name).join(', ')}; ${counts.train} examples trained, ${counts.validation} chose the weights, ${counts.test} are kept to test them.`,
    ...(failed.length > 0
      ? [`- ${failed.length} pictures or records could not be read and are not part of it.`]
      : []),
    '',
    '## Measures',
    '',
    ...(measured.length === 0
      ? ['Nothing was measured: no picture was kept apart.']
      : [
          'On the pictures of the validation side, which also chose these weights; a test on other pictures gives lower numbers.',
          '',
          '| measure | value |',
          '|---|---|',
          ...measured.map(([name, value]) => `| ${name} | ${value.toFixed(4)} |`),
        ]),
    '',
    '## Chosen and found',
    '',
    ...words.map((word) => `- ${word}`),
    '',
    '## Not known',
    '',
    'How it does on other stains, cameras, laboratories and diseases than those of its data.',
    ...calibrationText(measurement),
    '',
  ].join('\n');
}

/** The card with what the model is worth on pictures that neither trained nor chose it. */
export function withTest(
  card: string,
  {
    examples,
    groups,
    measures,
    limits,
  }: Pick<TestResult, 'examples' | 'groups' | 'measures' | 'limits'>,
): string {
  const section = [
    '## Tested',
    '',
    `On ${examples} examples of the test side, which neither trained nor chose these weights; 95 % limits from drawing their ${groups} slides or pictures again.`,
    '',
    '| measure | value | 95 % limits |',
    '|---|---|---|',
    ...Object.entries(measures).map(([name, value]) => {
      const { low, high } = limits[name] ?? {};
      const between =
        low === undefined || high === undefined ? '–' : `${low.toFixed(4)} to ${high.toFixed(4)}`;
      return `| ${name} | ${value.toFixed(4)} | ${between} |`;
    }),
    '',
  ].join('\n');
  const at = card.indexOf('## Chosen and found');
  return `${card.slice(0, at)}${section}\n${card.slice(at)}`;
}

function calibrationText({ temperature, scoreThreshold }: Partial<Measurement> = {}): string[] {
  return [
    ...(temperature === undefined
      ? ['Its probabilities are not calibrated.']
      : [`Its probabilities are calibrated on the same pictures, temperature ${temperature}.`]),
    ...(scoreThreshold === undefined
      ? []
      : [`Detections count from score ${scoreThreshold}: the best F1 on the same pictures.`]),
  ];
}
