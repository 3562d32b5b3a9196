/** @file People, machines and sessions: roles, accounts, API keys, first start. */
import { z } from 'zod';
import { idSchema, lineSchema, revisionSchema, timeSchema } from './ids.ts';
import { secondStepSchema } from './second-factor.ts';

/** From least to most; each may do all that the ones before it may. */
export const roles = ['viewer', 'reviewer', 'signer', 'administrator'] as const;

/** A request's header: for how many seconds nobody has touched the page that sends it. */
export const idleHeader = 'leukoscope-idle-seconds';

/** What a person may do. */
export const roleSchema = z.enum(roles);

/** 12 to 200 characters; the server also refuses those that are guessed early (`passwordFault`). */
export const passwordSchema = z.string().min(12).max(200);

/** The name to sign in with: lower case. */
export const userNameSchema = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[a-z0-9][a-z0-9._@-]{1,63}$/, 'must be 2 to 64 of a-z 0-9 . _ @ -');

/** One account. */
export const userSchema = z.object({
  id: idSchema,
  name: z.string(),
  displayName: z.string(),
  role: roleSchema,
  isDisabled: z.boolean(),
  hasSecondFactor: z.boolean(),
  /** False: signs in by the organisation's provider only. */
  hasPassword: z.boolean(),
  /** Who this is at the organisation's provider, by its own lasting name (`sub`); null: nobody. */
  subject: z.string().nullable(),
  revision: revisionSchema,
  createdAt: timeSchema,
  lastSignInAt: timeSchema.nullable(),
});

/** Who somebody is at the organisation's provider. */
const subjectSchema = lineSchema(255);

/** A new account. */
export const newUserSchema = z
  .object({
    name: userNameSchema,
    displayName: lineSchema(120),
    role: roleSchema,
    password: passwordSchema.optional(),
    subject: subjectSchema.optional(),
  })
  .refine(({ password, subject }) => password !== undefined || subject !== undefined, {
    error: 'must have a password, or a subject at the sign-in provider',
  });

/** A change of an account; a new password ends the sessions of the account. */
export const userChangeSchema = z.object({
  revision: revisionSchema,
  displayName: lineSchema(120).optional(),
  role: roleSchema.optional(),
  isDisabled: z.boolean().optional(),
  password: passwordSchema.optional(),
  /** Null takes the link away. */
  subject: subjectSchema.nullable().optional(),
});

/** Who asks. `local`: one person on this machine, no sign-in. */
export const sessionSchema = z.object({
  mode: z.enum(['local', 'accounts']),
  /** True until the first administrator has been made. */
  needsSetup: z.boolean(),
  /** What people call the organisation's sign-in provider; null: there is none. */
  provider: z.string().nullable(),
  /** Null: not signed in. */
  user: z
    .object({
      id: idSchema,
      name: z.string(),
      displayName: z.string(),
      role: roleSchema,
      /** False: signs in by the provider only, and confirms there what others confirm with the password. */
      hasPassword: z.boolean(),
      /** True after somebody else has set the password: nothing else is open until the person sets one. */
      mustChangePassword: z.boolean().optional(),
      /** True where the site asks a second factor of the role and there is none: add one before anything else. */
      mustAddSecondFactor: z.boolean().optional(),
    })
    .nullable(),
});

/** A session that is open: a browser in which somebody has signed in. */
export const openSessionSchema = z.object({
  id: idSchema,
  userId: idSchema,
  /** The account's name. */
  name: z.string(),
  /** The one that asks. */
  isOwn: z.boolean(),
  createdAt: timeSchema,
  /** When the person did something last, to the minute. */
  lastSeenAt: timeSchema,
  expiresAt: timeSchema,
  /** Where it began, and the browser's own words. */
  address: z.string(),
  userAgent: z.string(),
});

/** Query of sessions. `all`: of everybody, for administrators; otherwise one's own. */
export const openSessionQuerySchema = z.object({ of: z.enum(['own', 'all']).default('own') });

/** Answer to a right password: the session, or, where there is a second factor, the step that follows. */
export const signedInSchema = sessionSchema.extend({ secondStep: secondStepSchema.nullable() });

/** Signs in. */
export const signInSchema = z.object({ name: userNameSchema, password: z.string().max(200) });

/** Makes the first administrator; the token is that of the one-time link. */
export const setupSchema = z.object({
  token: z.string().max(200),
  name: userNameSchema,
  displayName: lineSchema(120),
  password: passwordSchema,
});

/** Changes one's own password. */
export const passwordChangeSchema = z.object({
  current: z.string().max(200),
  next: passwordSchema,
});

/** One API key, without its secret. */
export const apiKeySchema = z.object({
  id: idSchema,
  name: z.string(),
  role: roleSchema,
  /** The first characters, to tell keys apart. */
  start: z.string(),
  createdAt: timeSchema,
  expiresAt: timeSchema.nullable(),
  lastUsedAt: timeSchema.nullable(),
  isRevoked: z.boolean(),
});

/** A new API key. A machine never signs: its role is at most `reviewer`, or `administrator`'s chores. */
export const newApiKeySchema = z.object({
  name: lineSchema(120),
  role: roleSchema.extract(['viewer', 'reviewer']),
  expiresAt: timeSchema.nullable().default(null),
});

/** A new key with its secret, which is shown this once. Send it as `authorization: Bearer ...`. */
export const createdApiKeySchema = apiKeySchema.extend({ secret: z.string() });

/** What a person may do. */
export type Role = z.infer<typeof roleSchema>;
/** One account. */
export type User = z.infer<typeof userSchema>;
/** A session that is open. */
export type OpenSession = z.infer<typeof openSessionSchema>;
/** Who asks. */
export type Session = z.infer<typeof sessionSchema>;
/** Answer to a right password. */
export type SignedIn = z.infer<typeof signedInSchema>;
/** One API key. */
export type ApiKey = z.infer<typeof apiKeySchema>;
/** A new API key with its secret. */
export type CreatedApiKey = z.infer<typeof createdApiKeySchema>;
