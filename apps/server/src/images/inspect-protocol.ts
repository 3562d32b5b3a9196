/** @file What the server asks the processes that check uploaded images, and what they answer. */
import { z } from 'zod';

/** What is asked. */
export const inspectTaskSchema = z.object({ file: z.string(), maxPixels: z.number() });

/** What is answered. `display` is null where every browser shows the file itself. */
export const inspectedSchema = z.object({
  width: z.int(),
  height: z.int(),
  mediaType: z.enum(['image/jpeg', 'image/png', 'image/tiff', 'image/webp', 'image/bmp']),
  display: z.instanceof(Uint8Array).nullable(),
  thumbnail: z.instanceof(Uint8Array),
});

/** What is answered. */
export type Inspected = z.infer<typeof inspectedSchema>;
