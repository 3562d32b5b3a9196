/** @file Downloads of reports and data. */
import { exportFormats } from '@leukoscope/contract';
import type { FastifyInstance } from 'fastify';
import type { Context } from '../context.ts';
import { exportCase } from '../exports/export-case.ts';
import { addRoutes } from '../http/endpoint-route.ts';

/** Add the route of exports. */
export function exportRoutes(app: FastifyInstance, context: Context): void {
  addRoutes(app, {
    exportCase: async ({ params, query, reply }) => {
      const { body, name } = await exportCase(context, params.id, params.format, query.version);
      const { mediaType, extension } = exportFormats[params.format];
      const fileName = encodeURIComponent(`${name}.${extension}`);
      // Reports are for reading in the browser, the others are for keeping.
      const isRead = params.format === 'html' || params.format === 'pdf';
      const place = isRead ? 'inline' : 'attachment';
      return reply
        .type(mediaType)
        .header('content-disposition', `${place}; filename*=UTF-8''${fileName}`)
        .header(
          'content-security-policy',
          "default-src 'none'; style-src 'unsafe-inline'; sandbox allow-modals",
        )
        .send(typeof body === 'string' ? body : Buffer.from(body));
    },
  });
}
