/** @file Lists by pages: `?limit=50&cursor=...` gives `{ items, next }`, and `next` is the next cursor. */
import { z } from 'zod';

/** Query of a list. The cursor is opaque: pass back what `next` said. */
export const pageQuerySchema = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(200).optional(),
});

/** Make the schema of one page. `next` is null on the last page. */
export function pageSchema<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), next: z.string().nullable() });
}

/** One page of a list. */
export interface Page<Item> {
  items: Item[];
  next: string | null;
}
