/** @file Downloads of reports and data. */
import { agreementFormats, exportFormats } from '@leukoscope/contract';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Context } from '../context.ts';
import { exportAgreement } from '../exports/export-agreement.ts';
import { exportCase } from '../exports/export-case.ts';
import type { MadeExport } from '../exports/export-host.ts';
import { addRoutes } from '../http/endpoint-route.ts';
import type { Caller } from '../services/actor.ts';
import { getAgreement } from '../services/agreement/get-agreement.ts';

/** Add the routes of exports. */
export function exportRoutes(app: FastifyInstance, context: Context): void {
  /** Wait in the person's line; who goes away leaves it. */
  const enterLine = ({ actor }: Caller, reply: FastifyReply): string => {
    const person = actor.id ?? actor.name;
    const leave = context.exports.line.enter(person);
    reply.raw.once('close', leave);
    reply.raw.once('finish', leave);
    return person;
  };
  addRoutes(app, {
    exportCase: async ({ params, query, caller, reply }) => {
      const person = enterLine(caller, reply);
      const made = await exportCase(context, person, params.id, {
        format: params.format,
        version: query.version,
      });
      const { mediaType, extension } = exportFormats[params.format];
      return sendFile(reply, made, {
        mediaType,
        fileName: `${made.name}.${extension}`,
        isRead: params.format === 'html' || params.format === 'pdf',
        sandbox: 'allow-modals',
      });
    },
    getAgreement: async ({ query }) => (await getAgreement(context, query)).agreement,
    exportAgreement: async ({ params: { format }, query, caller, reply }) => {
      const person = enterLine(caller, reply);
      const made = await exportAgreement(context, person, query, format);
      return sendFile(reply, made, {
        mediaType: agreementFormats[format].mediaType,
        fileName: `${made.name}.${format}`,
        isRead: format !== 'csv',
        // The numbers of its figures can be taken along.
        sandbox: 'allow-modals allow-downloads',
      });
    },
  });
}

interface FileFacts {
  readonly mediaType: string;
  readonly fileName: string;
  /** For reading in the browser; the others are for keeping. */
  readonly isRead: boolean;
  readonly sandbox: string;
}

function sendFile(
  reply: FastifyReply,
  { file, sizeBytes }: MadeExport,
  { mediaType, fileName, isRead, sandbox }: FileFacts,
): FastifyReply {
  const place = isRead ? 'inline' : 'attachment';
  return reply
    .type(mediaType)
    .header('content-disposition', `${place}; filename*=UTF-8''${encodeURIComponent(fileName)}`)
    .header(
      'content-security-policy',
      `default-src 'none'; style-src 'unsafe-inline'; sandbox ${sandbox}`,
    )
    .header('content-length', sizeBytes)
    .send(file.createReadStream());
}
