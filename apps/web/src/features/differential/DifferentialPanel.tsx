/** @file Live counts of the open case. */
import { useOpenCase } from '../case/case-context.ts';

/** The differential as it is now. */
export function DifferentialPanel() {
  const { differential } = useOpenCase();
  return <p>{differential.leukocytes} leukocytes</p>;
}
