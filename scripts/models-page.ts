/**
 * @file The text of docs/models.md: every family with its paper, presets, sizes and recipe. All of it is read off the
 * registry, nothing is kept by hand.
 */
import { modelFamilies, type RegisteredFamily, type Task } from '@leukoscope/models';
import { createScope } from '@leukoscope/nn';

const tasks: Readonly<Record<Task, { readonly heading: string; readonly gives: string }>> = {
  classes: { heading: 'Classifiers', gives: 'the type of a picture that shows one cell' },
  boxes: { heading: 'Detectors', gives: 'cells with boxes and types' },
  instances: { heading: 'Detectors with masks', gives: 'cells with boxes, types and outlines' },
  pixels: { heading: 'Segmenters', gives: 'a class per pixel' },
};

/** Write the page. */
export function modelsPage(families: readonly RegisteredFamily[] = modelFamilies): string {
  const sections = Object.entries(tasks).map(([task, { heading, gives }]) => {
    const own = families.filter((family) => family.task === task);
    return `## ${heading}

Give ${gives} (task \`${task}\`).

${own.map(describeFamily).join('\n\n')}`;
  });
  return `# Models

Written by \`npm run docs\` from the registry (\`packages/models/src/registry.ts\`); a test fails when this page is out of
date. \`paper\` is the network as published, \`slim\` is made for two cores and small files, \`tiny\` for tests. Parameters are those
of the preset's own size and classes, in thousands (k) or millions (M), without running statistics; \`train\` takes the classes from the data unless
\`keeps its classes\` is said. Every family trains with \`leukoscope train NAME --data DIR\`, \`leukoscope model show NAME\` prints its
configuration: [training](guide-training.md), [models](guide-models.md), [adding one](adding-a-model.md).

${families.length} families.

${sections.join('\n\n')}
`;
}

function describeFamily(family: RegisteredFamily): string {
  const { name, title, summary, recipe, presets, keepsClasses } = family;
  const { optimiser, learningRate, weightDecay, batchSize, epochs, augmentation } = recipe;
  const rows = presets.map((preset) => {
    const { input, classes } = family.configure({ preset });
    const { width, height } = input.size;
    return `| \`${preset}\` | ${width} x ${height} | ${classes.length} | ${amount(countParameters(family, preset))} |`;
  });
  return `### ${title}

\`${name}\`${keepsClasses ? ', keeps its classes' : ''}. ${summary}

| preset | input | classes | parameters |
|---|---|---|---|
${rows.join('\n')}

Recipe: ${optimiser}, rate ${learningRate}, decay ${weightDecay}, batches of ${batchSize}, ${epochs} epochs, augmentation \`${augmentation}\`.`;
}

/** Count the numbers that a preset learns, or takes over from published weights. */
export function countParameters(family: RegisteredFamily, preset: string): number {
  const scope = createScope({ mode: 'infer' });
  family.configure({ preset }).inference(scope);
  return [...scope.declared.parameters.values()]
    .filter(({ key }) => !/\brunning_(mean|var)$/.test(key))
    .reduce((sum, { shape }) => sum + shape.reduce((product, extent) => product * extent, 1), 0);
}

function amount(count: number): string {
  return count < 1e6 ? `${(count / 1e3).toFixed(1)} k` : `${(count / 1e6).toFixed(2)} M`;
}
