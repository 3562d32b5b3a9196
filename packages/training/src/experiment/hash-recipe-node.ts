/** @file Names a recipe by its content, so that a result can say what it came from. */
import { createHash } from 'node:crypto';
import type { Recipe } from '../recipe/recipe.ts';

/** Hash a recipe: the same whatever the order of its fields. */
export function hashOfRecipe(recipe: Recipe): string {
  return createHash('sha256')
    .update(JSON.stringify(sorted(recipe)))
    .digest('hex')
    .slice(0, 16);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, own]) => own !== undefined);
  return Object.fromEntries(
    entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, own]) => [key, sorted(own)]),
  );
}
