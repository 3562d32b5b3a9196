/** @file The code of an app as it is typed: many show it in two groups. */

/** Leave out spaces. */
export function codeOf(typed: string): string {
  return typed.replaceAll(/\s/g, '');
}
