/** @file One's own second factors, and the removal of somebody's who has lost them. */
import type { FastifyInstance } from 'fastify';
import {
  listSecondFactors,
  removeAllFactors,
  removeOwnFactor,
  renewRecoveryCodes,
} from '../auth/second-factors.ts';
import { beginPasskey, confirmPasskey } from '../auth/passkeys.ts';
import { beginTotp, confirmTotp } from '../auth/totp.ts';
import type { Context } from '../context.ts';
import { addRoutes } from '../http/endpoint-route.ts';
import { doerOf, requireAccounts, requireUser } from './caller-facts.ts';
import { checkPasswordAgain } from './password-again.ts';
import type { SessionAnswers } from './session-answers.ts';
import type { SignInBrake } from './sign-in-brake.ts';

/** What the routes need. */
export interface SecondFactorRouteParts {
  readonly context: Context;
  readonly brake: SignInBrake;
  readonly answers: SessionAnswers;
}

/** Add the routes of second factors. */
export function secondFactorRoutes(
  app: FastifyInstance,
  { context, brake, answers }: SecondFactorRouteParts,
): void {
  addRoutes(app, {
    listSecondFactors: async ({ caller }) => {
      requireAccounts(context);
      return listSecondFactors(context, requireUser(caller), caller.role);
    },
    beginTotp: async ({ body, caller, request }) => {
      requireAccounts(context);
      await checkPasswordAgain(context, brake, { caller, request }, body.password);
      return beginTotp(context, requireUser(caller));
    },
    confirmTotp: async ({ body, caller, request }) => {
      requireAccounts(context);
      const { tokenHash } = caller;
      const owner = { userId: requireUser(caller), tokenHash };
      return brake.guardKnown(`first code ${owner.userId}`, () =>
        confirmTotp(context, doerOf({ caller, request }), owner, body),
      );
    },
    beginPasskey: async ({ body, caller, request }) => {
      requireAccounts(context);
      await checkPasswordAgain(context, brake, { caller, request }, body.password);
      const { party } = answers.placeOf(request);
      return beginPasskey(context, requireUser(caller), party);
    },
    confirmPasskey: async ({ body, caller, request }) => {
      requireAccounts(context);
      const { party } = answers.placeOf(request);
      const { tokenHash } = caller;
      const owner = { userId: requireUser(caller), tokenHash };
      return confirmPasskey(context, doerOf({ caller, request }), owner, { ...body, party });
    },
    renewRecoveryCodes: async ({ body, caller, request }) => {
      requireAccounts(context);
      await checkPasswordAgain(context, brake, { caller, request }, body.password);
      const doer = doerOf({ caller, request });
      return { recoveryCodes: await renewRecoveryCodes(context, doer, requireUser(caller)) };
    },
    removeSecondFactor: async ({ params, body, caller, request }) => {
      requireAccounts(context);
      await checkPasswordAgain(context, brake, { caller, request }, body.password);
      const { role, tokenHash } = caller;
      const owner = { userId: requireUser(caller), tokenHash, role };
      await removeOwnFactor(context, doerOf({ caller, request }), owner, params.id);
    },
    removeSecondFactorsOf: async (call) => {
      requireAccounts(context);
      await removeAllFactors(context, doerOf(call), call.params.id);
    },
  });
}
