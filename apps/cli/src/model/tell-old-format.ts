/** @file The word on descriptions of before format 2, which still open. */
import type { CommandContext } from '../framework/command.ts';

/** Say how to renew a description. */
export function tellOldFormat(context: CommandContext): (name: string) => void {
  return (name) =>
    context.note(
      `${name} has a description of before format 2, which still opens. Renew it: leukoscope model export ${name} --out DIR`,
    );
}
