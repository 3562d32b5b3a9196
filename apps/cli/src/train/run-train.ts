/** @file Runs `train`. */
import path from 'node:path';
import type { LogLine } from '@leukoscope/training';
import { type RunSummary, trainRun } from '@leukoscope/training/node';
import type { CommandContext, CommandResult } from '../framework/command.ts';
import type { Progress } from '../framework/progress.ts';
import { type AskedRecipe, askRecipe, type RecipeOptions } from './ask-recipe.ts';

type Options = RecipeOptions & {
  readonly out: string;
  readonly threads: number | undefined;
  readonly workers: number;
};

/** Train, or go on. */
export async function runTrain(
  { operands, options }: { readonly operands: readonly string[]; readonly options: Options },
  context: CommandContext,
): Promise<CommandResult> {
  const asked = await askRecipe(operands[0]!, options);
  const summary = await followRun(asked, options, context, '');
  const { end, step, steps, best, measures } = summary;
  return {
    json: { ...summary, best: best ?? null, measures: measures ?? null },
    isInterrupted: end === 'interrupted',
    text: (style) => {
      const ended = {
        finished: `Finished after ${step} steps.`,
        early: `Ended early at step ${step} of ${steps}: nothing got better.`,
        interrupted: `Interrupted at step ${step} of ${steps}, and saved. The same command goes on.`,
      }[end];
      return [
        style.bold(ended),
        ...(measures === undefined ? [] : [`Last measured: ${numbersText(measures)}`]),
        ...(best === undefined
          ? []
          : [`Best weights: step ${best.step}, ${Number(best.value.toPrecision(4))}`]),
        ...(end === 'interrupted' ? [] : [`Model: ${path.join(options.out, 'best')}`]),
        `Curves: ${path.join(options.out, 'index.html')}`,
      ].join('\n');
    },
  };
}

/** Train one run and show how far it is; `title` stands in front of every line. */
export async function followRun(
  asked: AskedRecipe,
  { out, threads, workers }: Pick<Options, 'out' | 'threads' | 'workers'>,
  context: CommandContext,
  title: string,
): Promise<RunSummary> {
  // Ctrl-C must reach the loop, which saves; the lock of a killed process is taken over.
  const letGo = context.io.interrupt.hold(() => {});
  let training: Progress | undefined;
  let aside: { readonly label: string; readonly progress: Progress } | undefined;
  let steps = 0;
  const showAside = (label: string, done: number, total: number | undefined) => {
    if (aside?.label !== label) {
      aside?.progress.finish();
      aside = { label, progress: context.progress(`${title}${label}`, total) };
    }
    aside.progress.update(done);
  };
  let measures = '';
  let smooth: number | undefined;
  try {
    return await trainRun({
      ...asked,
      out,
      threads,
      workers,
      clock: () => context.io.elapsedMs() / 1000,
      signal: context.signal,
      say: (text) => context.note(`${title}${text}`),
      onPrepare: showAside,
      onMeasure: (done, total) => showAside('Measuring', done, total),
      onStep(step, total, loss) {
        steps = total;
        smooth = smooth === undefined ? loss : 0.9 * smooth + 0.1 * loss;
        aside?.progress.finish();
        training ??= context.progress(`${title}Training`, total, step - 1);
        training.update(step, `loss ${Number(smooth.toPrecision(3))}${measures}`);
      },
      onLine(line: LogLine) {
        if (line.kind !== 'validation') return;
        measures = `, ${numbersText(line.values)}`;
        aside?.progress.finish();
        aside = undefined;
        training?.finish();
        context.note(`${title}Step ${line.step} of ${steps}: ${numbersText(line.values)}`);
      },
    });
  } finally {
    aside?.progress.finish();
    training?.finish();
    letGo();
  }
}

function numbersText(values: Readonly<Record<string, number>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name} ${Number.isFinite(value) ? value.toPrecision(3) : '–'}`)
    .join(', ');
}
