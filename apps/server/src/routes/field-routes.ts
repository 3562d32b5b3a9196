/** @file Uploads, fields, cells, reviews, pictures, jobs. */
import type { FastifyInstance } from 'fastify';
import type { Context } from '../context.ts';
import { addRoutes } from '../http/endpoint-route.ts';
import { listCells } from '../services/cells.ts';
import { readCrop } from '../services/crops.ts';
import {
  getField,
  getFieldRow,
  listFields,
  removeField,
  requeueField,
} from '../services/fields.ts';
import { getJob, listJobs } from '../services/jobs.ts';
import { createReview } from '../services/reviews.ts';
import type { FieldRow } from '../services/rows.ts';
import {
  cancelUpload,
  createUpload,
  finishUpload,
  getUpload,
  sendChunk,
} from '../services/uploads.ts';
import { parseChunk } from './parse-chunk.ts';
import { sendImage } from './send-image.ts';
import { tileRoute } from './tile-route.ts';

/** Add the routes of fields and cells. */
export function fieldRoutes(app: FastifyInstance, context: Context): void {
  tileRoute(app, context);
  addRoutes(app, {
    createUpload: async ({ params, body, caller }) =>
      createUpload(context, caller.actor, params.id, body),
    getUpload: async ({ params, caller }) => getUpload(context, caller.actor, params.id),
    sendChunk: async ({ params, query, body, caller }) =>
      sendChunk(context, caller.actor, params.id, query.offset, parseChunk(body)),
    finishUpload: async ({ params, caller }) => finishUpload(context, caller.actor, params.id),
    cancelUpload: async ({ params, caller }) => cancelUpload(context, caller.actor, params.id),
    listFields: async ({ params }) => ({ items: await listFields(context, params.id) }),
    getField: async ({ params }) => getField(context, params.id),
    requeueField: async ({ params, caller }) => requeueField(context, caller.actor, params.id),
    removeField: async ({ params, body, caller }) =>
      removeField(context, caller.actor, params.id, body),
    getFieldImage: async ({ params, query, reply }) => {
      const field = await getFieldRow(context, params.id);
      const { sha256, mediaType } = formOf(field, query.form);
      if (query.form === 'original') {
        // The name is the user's: as an attachment, in the form that carries any letter safely.
        const name = encodeURIComponent(field.fileName);
        reply.header('content-disposition', `attachment; filename*=UTF-8''${name}`);
      }
      return sendImage(reply, await context.store.read(sha256), mediaType);
    },
    listCells: async ({ params, query, caller, reply }) => {
      const person = caller.actor.id ?? caller.actor.name;
      const leave = context.longLists.enter(person);
      reply.raw.once('close', leave);
      reply.raw.once('finish', leave);
      return context.longLists.take(person, () => listCells(context, params.id, query));
    },
    getCellCrop: async ({ params, query, reply }) =>
      sendImage(reply, await readCrop(context, params.id, query), 'image/jpeg'),
    createReview: async ({ params, body, caller }) =>
      createReview(context, caller.actor, params.id, body),
    listJobs: async ({ query }) => listJobs(context, query),
    getJob: async ({ params }) => getJob(context, params.id),
  });
}

function formOf(field: FieldRow, form: 'display' | 'original' | 'thumbnail') {
  switch (form) {
    case 'display':
      return { sha256: field.displaySha256, mediaType: field.displayMediaType };
    case 'original':
      return { sha256: field.sha256, mediaType: field.mediaType };
    case 'thumbnail':
      return { sha256: field.thumbnailSha256, mediaType: 'image/webp' };
  }
}
