/** @file The HTTP application, without listening: plugins, checks in their order, routes. */
import { constants } from 'node:zlib';
import compress from '@fastify/compress';
import cookiePlugin from '@fastify/cookie';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import staticFiles from '@fastify/static';
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import fastify, { type FastifyInstance, LogController } from 'fastify';
import {
  jsonSchemaTransform,
  serializerCompiler,
  validatorCompiler,
} from 'fastify-type-provider-zod';
import { ticketLifeMs } from './auth/tickets.ts';
import type { Context } from './context.ts';
import { HttpError } from './http-error.ts';
import { newId } from './new-id.ts';
import { accountRoutes } from './routes/account-routes.ts';
import { caseRoutes } from './routes/case-routes.ts';
import { exportRoutes } from './routes/export-routes.ts';
import { providerRoutes } from './routes/provider-routes.ts';
import { createSessionAnswers } from './routes/session-answers.ts';
import { createSignInBrake } from './routes/sign-in-brake.ts';
import { learningRoutes } from './routes/learning-routes.ts';
import { fieldRoutes } from './routes/field-routes.ts';
import { serverRoutes } from './routes/server-routes.ts';
import type { Settings } from './settings.ts';
import { createCallerFinder, createTokenCookie } from './http/caller-of-request.ts';
import { createDeviceCookie } from './http/device-cookie.ts';
import { answerError } from './http/error-answer.ts';
import type { EventHub } from './http/event-hub.ts';
import { startMonitoring } from './http/monitoring.ts';
import { logOptions } from './http/log-options.ts';
import { createHostGuard } from './http/origin-guard.ts';

const jsonBytes = 4 * 2 ** 20;

/** What the application is made of. */
export interface AppParts {
  readonly context: Context;
  readonly events: EventHub;
  readonly version: string;
  readonly settings: Pick<Settings, 'mode' | 'publicUrl' | 'trustProxy' | 'webFolder' | 'log'>;
}

/** Make the application. */
export async function createApp(parts: AppParts): Promise<FastifyInstance> {
  const { context, settings } = parts;
  const app = fastify({
    // Only so many entries from the end: `true` would believe the first one, which the client writes itself.
    trustProxy: settings.trustProxy === 0 ? false : (_, hop) => hop < settings.trustProxy,
    bodyLimit: jsonBytes,
    requestTimeout: 120_000,
    // Reading the plugins' files takes a while on a busy machine: slow is no fault.
    pluginTimeout: 120_000,
    genReqId: () => newId(context.clock()),
    logger: settings.log === 'silent' ? false : logOptions(settings.log),
    // Cookies and keys stand in headers: our own line says what is needed.
    logController: new LogController({ disableRequestLogging: true }),
    routerOptions: { maxParamLength: 200 },
    frameworkErrors: answerError,
  });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler(answerError);
  app.setNotFoundHandler((request, reply) => {
    const wantsPage = request.headers.accept?.includes('text/html') === true;
    const isPage = request.method === 'GET' && wantsPage && !/^\/(api|assets)\b/.test(request.url);
    // The web application finds its own pages.
    if (isPage && settings.webFolder !== undefined) return reply.sendFile('index.html');
    throw new HttpError(
      404,
      'ROUTE',
      `address must exist. Received ${request.method} ${request.url.slice(0, 200)}. See /docs.`,
    );
  });
  // A form of another site can send text, but not JSON: take JSON and bytes only.
  app.removeContentTypeParser('text/plain');
  app.addContentTypeParser(
    'application/octet-stream',
    { parseAs: 'buffer', bodyLimit: context.limits.chunkBytes },
    (_, body, done) => done(null, body),
  );
  await addPlugins(app, parts);

  const monitoring = startMonitoring();
  const cookie = createTokenCookie(settings, 'leukoscope', context.limits.sessionLifeMs);
  const providerCookie = createTokenCookie(settings, 'leukoscope-provider', ticketLifeMs);
  const guardHost = createHostGuard(settings);
  const findCaller = createCallerFinder(context, settings, cookie);
  app.decorateRequest('caller', undefined);
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
    guardHost(request);
    if (isPublicFile(request.routeOptions.url)) return;
    request.caller = await findCaller(request);
  });
  app.addHook('onSend', async (request, reply) => {
    if (request.url.startsWith('/api/') && !reply.hasHeader('cache-control')) {
      reply.header('cache-control', 'no-store');
    }
  });
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none';
    monitoring.count(`${request.method} ${route}`, reply.statusCode, reply.elapsedTime / 1000);
    const { method, caller } = request;
    const path = request.url.split('?')[0];
    const facts = {
      method,
      path,
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime),
      by: caller?.actor.id,
    };
    request.log.info(facts, 'request');
  });

  serverRoutes(app, { ...parts, monitoring });
  const brake = createSignInBrake(context);
  const device = createDeviceCookie(context, settings);
  const answers = createSessionAnswers(context, cookie, { device, publicUrl: settings.publicUrl });
  accountRoutes(app, { context, cookie, brake, answers });
  providerRoutes(app, { context, cookie: providerCookie, answers });
  caseRoutes(app, context, brake);
  fieldRoutes(app, context);
  exportRoutes(app, context);
  learningRoutes(app, context);
  if (settings.webFolder !== undefined) await addWebApplication(app, settings.webFolder);
  return app;
}

async function addPlugins(app: FastifyInstance, parts: AppParts): Promise<void> {
  const { context, settings } = parts;
  // Cells with their outlines are megabytes: a slow line would wait for them for half a minute. Pictures are
  // small already, and events must not wait in a buffer.
  await app.register(compress, {
    customTypes: /^(application\/(fhir\+)?json|text\/(html|css|javascript|csv))/,
    encodings: ['br', 'gzip'],
    brotliOptions: { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } },
    threshold: 2048,
    inflateIfDeflated: false,
  });
  await app.register(helmet, {
    contentSecurityPolicy: {
      directives: {
        defaultSrc: ["'self'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
        objectSrc: ["'none'"],
        formAction: ["'self'"],
        imgSrc: ["'self'", 'data:', 'blob:'],
        fontSrc: ["'self'"],
        // ONNX Runtime compiles WebAssembly and starts workers from blobs.
        scriptSrc: ["'self'", "'wasm-unsafe-eval'"],
        workerSrc: ["'self'", 'blob:'],
        styleSrc: ["'self'", "'unsafe-inline'"],
        upgradeInsecureRequests: null,
      },
    },
    // WebAssembly threads need an isolated page.
    crossOriginEmbedderPolicy: { policy: 'require-corp' },
    // Over plain HTTP the header means nothing, and on localhost it would bind other programs too.
    hsts: settings.publicUrl?.startsWith('https:') === true ? { maxAge: 31_536_000 } : false,
  });
  await app.register(cookiePlugin);
  await app.register(rateLimit, {
    max: context.limits.requestsPerMinute,
    timeWindow: 60_000,
    // A laboratory shares one address: who is known counts alone. The caller is found before this runs.
    keyGenerator: (request) => request.caller?.actor.id ?? request.ip,
    errorResponseBuilder: () =>
      new HttpError(
        429,
        'TOO_MANY',
        'requests must be fewer. Received too many in a minute. Wait a moment.',
      ),
  });
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Leukoscope',
        version: parts.version,
        description: 'Cases, fields, cells, reviews, sign-off and exports. For research use only.',
      },
      components: {
        securitySchemes: { key: { type: 'http', scheme: 'bearer' } },
      },
      security: [{ key: [] }],
    },
    transform: jsonSchemaTransform,
  });
  await app.register(swaggerUi, { routePrefix: '/docs' });
}

/** The files of the web application. */
async function addWebApplication(app: FastifyInstance, root: string): Promise<void> {
  await app.register(staticFiles, {
    root,
    setHeaders: (response, file) => {
      // Vite puts hashes into the names under assets/.
      const isHashed = file.includes('/assets/');
      response.header(
        'cache-control',
        isHashed ? 'public, max-age=31536000, immutable' : 'no-cache',
      );
    },
  });
}

/** By the route that answers, not by the address: `/%61pi` is `/api` too. Undefined: nothing is there. */
function isPublicFile(route: string | undefined): boolean {
  return route === undefined || (!route.startsWith('/api/') && route !== '/metrics');
}
