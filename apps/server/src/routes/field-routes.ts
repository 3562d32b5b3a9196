/** @file Uploads, fields, cells, reviews, pictures, jobs. */
import { type Box, messageOf } from '@leukoscope/core';
import { cropRaster, decodeRegion, encodeWebp, resizeRaster, toRgbRaster } from '@leukoscope/image';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Context } from '../context.ts';
import { addRoutes } from '../http/endpoint-route.ts';
import { HttpError } from '../http-error.ts';
import { getCellRow, listCells } from '../services/cells.ts';
import {
  getField,
  getFieldRow,
  listFields,
  removeField,
  requeueField,
} from '../services/fields.ts';
import { getJob, listJobs } from '../services/jobs.ts';
import { createReview } from '../services/reviews.ts';
import type { CellRow, FieldRow } from '../services/rows.ts';
import {
  cancelUpload,
  createUpload,
  finishUpload,
  getUpload,
  sendChunk,
} from '../services/uploads.ts';

/** Add the routes of fields and cells. */
export function fieldRoutes(app: FastifyInstance, context: Context): void {
  addRoutes(app, {
    createUpload: async ({ params, body }) => createUpload(context, params.id, body),
    getUpload: async ({ params }) => getUpload(context, params.id),
    sendChunk: async ({ params, query, body }) =>
      sendChunk(context, params.id, query.offset, parseBytes(body)),
    finishUpload: async ({ params, caller }) => finishUpload(context, caller.actor, params.id),
    cancelUpload: async ({ params }) => cancelUpload(context, params.id),
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
    listCells: async ({ params, query }) => listCells(context, params.id, query),
    getCellCrop: async ({ params, query, reply }) => {
      const cell = await getCellRow(context, params.id);
      const field = await getFieldRow(context, cell.fieldId);
      const image = await context.store.read(field.displaySha256);
      const region = cropBox(cell, query.zoom);
      return sendImage(reply, await cropOf(image, region, field, query.size), 'image/webp');
    },
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

function sendImage(reply: FastifyReply, bytes: Uint8Array, mediaType: string): FastifyReply {
  return (
    reply
      .type(mediaType)
      .header('cache-control', 'private, max-age=31536000, immutable')
      // Were a file something else after all, no script in it may run.
      .header('content-security-policy', "default-src 'none'; sandbox")
      .send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
  );
}

/** The square around a cell, in whole pixels; may reach outside the image. */
function cropBox(cell: Pick<CellRow, 'x1' | 'y1' | 'x2' | 'y2'>, zoom: number): Box {
  const side = Math.max(8, Math.ceil(Math.max(cell.x2 - cell.x1, cell.y2 - cell.y1) * zoom));
  const x1 = Math.round((cell.x1 + cell.x2 - side) / 2);
  const y1 = Math.round((cell.y1 + cell.y2 - side) / 2);
  return { x1, y1, x2: x1 + side, y2: y1 + side };
}

async function cropOf(
  image: Uint8Array,
  region: Box,
  field: Pick<FieldRow, 'width' | 'height'>,
  size: number,
): Promise<Uint8Array> {
  const inside = {
    x1: Math.max(0, region.x1),
    y1: Math.max(0, region.y1),
    x2: Math.min(field.width, region.x2),
    y2: Math.min(field.height, region.y2),
  };
  const raster = toRgbRaster(await decodeRegion(image, inside));
  const square = cropRaster(
    raster,
    {
      x1: region.x1 - inside.x1,
      y1: region.y1 - inside.y1,
      x2: region.x2 - inside.x1,
      y2: region.y2 - inside.y1,
    },
    { padding: [255, 255, 255] },
  );
  return encodeWebp(resizeRaster(square, { width: size, height: size }), { quality: 85 });
}

function parseBytes(body: unknown): Uint8Array {
  if (body instanceof Uint8Array && body.length > 0) return body;
  throw new HttpError(
    400,
    'CHUNK_EMPTY',
    `chunk must be bytes sent as application/octet-stream. Received ${messageOf(typeof body)}.`,
  );
}
