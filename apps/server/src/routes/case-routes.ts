/** @file Cases, their history, comments, signatures, comparisons and the site's settings. */
import type { FastifyInstance } from 'fastify';
import type { Context } from '../context.ts';
import { addRoutes } from '../http/endpoint-route.ts';
import { listHistory } from '../services/cells.ts';
import {
  changeCaseFacts,
  createCase,
  getCase,
  listCases,
  setDiscarded,
} from '../services/cases.ts';
import { createComment, listComments, withdrawComment } from '../services/comments.ts';
import { createComparison, getComparison, listComparisons } from '../services/comparisons.ts';
import { getDifferential } from '../services/differential-of-case.ts';
import {
  amendCase,
  getSignOff,
  listVersions,
  signCase,
  withdrawSignature,
} from '../services/sign-off.ts';
import { getSigning } from '../services/signing.ts';
import { getSite, replaceSite } from '../services/site.ts';
import { doerOf } from './caller-facts.ts';
import { modelRoutes } from './model-routes.ts';
import { teachingRoutes } from './teaching-routes.ts';
import { checkSigner } from './password-again.ts';
import type { SignInBrake } from './sign-in-brake.ts';

/** Add the routes of cases. */
export function caseRoutes(app: FastifyInstance, context: Context, brake: SignInBrake): void {
  modelRoutes(app, context);
  teachingRoutes(app, context);
  addRoutes(app, {
    listCases: async ({ query }) => listCases(context, query),
    createCase: async ({ body, caller }) => createCase(context, caller, body),
    getCase: async ({ params }) => getCase(context, params.id),
    changeCase: async ({ params, body, caller }) =>
      changeCaseFacts(context, caller, params.id, body),
    discardCase: async ({ params, body, caller }) =>
      setDiscarded(context, caller.actor, params.id, true, body),
    restoreCase: async ({ params, body, caller }) =>
      setDiscarded(context, caller.actor, params.id, false, body),
    getDifferential: async ({ params }) => getDifferential(context, params.id),
    listHistory: async ({ params, query }) => ({
      items: await listHistory(context, params.id, query),
    }),
    listComments: async ({ params }) => ({ items: await listComments(context, params.id) }),
    createComment: async ({ params, body, caller }) =>
      createComment(context, caller.actor, params.id, body),
    withdrawComment: async ({ params, caller }) =>
      withdrawComment(context, caller.actor, params.id),
    getSignOff: async ({ params, caller }) => getSignOff(context, caller, params.id),
    getSigning: async ({ params, caller }) => getSigning(context, caller, params.id),
    signCase: async ({ params, body, caller, request }) => {
      await checkSigner(context, brake, { caller, request }, body.password);
      return signCase(context, caller, params.id, body);
    },
    withdrawSignature: async ({ params, body, caller, request }) => {
      await checkSigner(context, brake, { caller, request }, body.password);
      return withdrawSignature(context, caller, params.id, body);
    },
    amendCase: async ({ params, body, caller, request }) => {
      await checkSigner(context, brake, { caller, request }, body.password);
      return amendCase(context, caller, params.id, body);
    },
    listVersions: async ({ params }) => ({ items: await listVersions(context, params.id) }),
    createComparison: async ({ params, body, caller }) =>
      createComparison(context, caller.actor, params.id, body.modelId),
    listComparisons: async ({ params }) => ({ items: await listComparisons(context, params.id) }),
    getComparison: async ({ params }) => getComparison(context, params.id),
    getSite: async () => getSite(context.db.sql),
    replaceSite: async (call) => replaceSite(context, doerOf(call), call.body),
  });
}
