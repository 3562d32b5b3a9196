/** @file Tiles of fields for deep zoom. */
import { fullTileLevel, tileCounts } from '@leukoscope/contract';
import type { FastifyInstance } from 'fastify';
import type { Context } from '../context.ts';
import { addRoutes } from '../http/endpoint-route.ts';
import { HttpError } from '../http-error.ts';
import { getFieldRow } from '../services/fields.ts';
import { sendImage } from './send-image.ts';

/** Add the route of tiles. */
export function tileRoute(app: FastifyInstance, context: Context): void {
  addRoutes(app, {
    getFieldTile: async ({ params, reply }) => {
      const { id, level, x, y } = params;
      const field = await getFieldRow(context, id);
      // Before anything is decoded: an address outside of the image costs nothing.
      const levels = fullTileLevel(field);
      const { columns, rows } = tileCounts(field, Math.min(level, levels));
      if (level > levels || x >= columns || y >= rows) {
        throw new HttpError(
          404,
          'TILE_MISSING',
          `tile must lie in the field. Received level ${level}, column ${x}, row ${y}; it has the levels 0 to ${levels}${level > levels ? '' : `, and ${columns} x ${rows} tiles at this one`}.`,
        );
      }
      const tile = await context.tiles.read(field.displaySha256, level, x, y);
      return sendImage(reply, tile, 'image/jpeg');
    },
  });
}
