/** @file Downloads of reports and data. */
import { exportFormats } from '@leukoscope/contract';
import type { FastifyInstance } from 'fastify';
import type { Context } from '../context.ts';
import { exportCase } from '../exports/export-case.ts';
import { addRoutes } from '../http/endpoint-route.ts';

/** Add the route of exports. */
export function exportRoutes(app: FastifyInstance, context: Context): void {
  addRoutes(app, {
    exportCase: async ({ params, query, caller, reply }) => {
      const person = caller.actor.id ?? caller.actor.name;
      const leave = context.exports.line.enter(person);
      reply.raw.once('close', leave);
      reply.raw.once('finish', leave);
      const { file, name, sizeBytes } = await exportCase(context, person, params.id, {
        format: params.format,
        version: query.version,
      });
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
        .header('content-length', sizeBytes)
        .send(file.createReadStream());
    },
  });
}
