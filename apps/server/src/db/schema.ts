/**
 * @file The tables. One pg-core schema for PGlite and PostgreSQL; `drizzle-kit generate` writes the
 * migrations from it. History and versions are append-only: a trigger refuses anything else.
 *
 * @data
 */
import type {
  Actor,
  Bin,
  CaseState,
  ComparedAnswer,
  Flag,
  HistoryAction,
  HistoryChange,
  LearningChoice,
  LearningResult,
  LearningState,
  MaskJson,
  ModelAnswer,
  Role,
  SecondFactorKind,
  Signature,
  SignatureMeaning,
  TrailAction,
  TrailSubject,
} from '@leukoscope/contract';
import type { Box, CellClass, Expectation } from '@leukoscope/core';
import { sql } from 'drizzle-orm';
import type { RowDigests } from '../ledger/row-digests.ts';
import {
  bigint,
  boolean,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';

const time = (name: string) => timestamp(name, { withTimezone: true, mode: 'date', precision: 3 });

/** Cases. `historyHash` is the hash of the last history entry, `sequence` its number. */
export const cases = pgTable(
  'cases',
  {
    id: uuid('id').primaryKey(),
    number: text('number').notNull(),
    patientReference: text('patient_reference').notNull(),
    specimen: text('specimen')
      .$type<'peripheral-blood' | 'bone-marrow' | 'body-fluid' | 'other'>()
      .notNull(),
    /** Null: nothing is expected, and so in rows of older servers. */
    expectation: text('expectation').$type<Expectation>(),
    collectedAt: time('collected_at'),
    leukocytesE9PerLitre: doublePrecision('leukocytes_e9_per_litre'),
    targetCells: integer('target_cells').$type<100 | 200 | 400 | 500>().notNull(),
    signersNeeded: integer('signers_needed').$type<1 | 2>().notNull(),
    conclusion: text('conclusion').notNull(),
    state: text('state').$type<CaseState>().notNull(),
    revision: integer('revision').notNull(),
    sequence: integer('sequence').notNull(),
    historyHash: text('history_hash').notNull(),
    version: integer('version').notNull(),
    amendmentReason: text('amendment_reason'),
    createdAt: time('created_at').notNull(),
    createdBy: jsonb('created_by').$type<Actor>().notNull(),
    changedAt: time('changed_at').notNull(),
  },
  (t) => [index('cases_by_state').on(t.state, t.id)],
);

/** Images of cases. The display form is a copy that every browser shows; the same file where it can. */
export const fields = pgTable(
  'fields',
  {
    id: uuid('id').primaryKey(),
    caseId: uuid('case_id')
      .notNull()
      .references(() => cases.id),
    position: integer('position').notNull(),
    fileName: text('file_name').notNull(),
    sha256: text('sha256').notNull(),
    displaySha256: text('display_sha256').notNull(),
    displayMediaType: text('display_media_type').notNull(),
    thumbnailSha256: text('thumbnail_sha256').notNull(),
    mediaType: text('media_type')
      .$type<'image/jpeg' | 'image/png' | 'image/tiff' | 'image/webp' | 'image/bmp'>()
      .notNull(),
    sizeBytes: bigint('size_bytes', { mode: 'number' }).notNull(),
    width: integer('width').notNull(),
    height: integer('height').notNull(),
    pixelSizeUm: doublePrecision('pixel_size_um'),
    revision: integer('revision').notNull(),
    state: text('state').$type<'queued' | 'analysing' | 'analysed' | 'failed'>().notNull(),
    failure: text('failure'),
    analysis: jsonb('analysis').$type<{
      modelId: string;
      modelSha256: string;
      finishedAt: string;
      expectation?: Expectation | undefined;
      familiarity?: { cells: number; sums: number[]; limit: number } | undefined;
    }>(),
    flags: jsonb('flags').$type<Flag[]>().notNull(),
    isRemoved: boolean('is_removed').notNull(),
    createdAt: time('created_at').notNull(),
  },
  (t) => [
    uniqueIndex('fields_by_position').on(t.caseId, t.position),
    // The same file twice in one case would count its cells twice.
    uniqueIndex('fields_by_content').on(t.caseId, t.sha256).where(sql`not ${t.isRemoved}`),
  ],
);

/** Cells. `modelOrdinal` numbers the findings of a field's analysis: a result cannot be stored twice. */
export const cells = pgTable(
  'cells',
  {
    id: uuid('id').primaryKey(),
    caseId: uuid('case_id')
      .notNull()
      .references(() => cases.id),
    fieldId: uuid('field_id')
      .notNull()
      .references(() => fields.id),
    modelOrdinal: integer('model_ordinal'),
    revision: integer('revision').notNull(),
    changedIn: integer('changed_in').notNull(),
    x1: doublePrecision('x1').notNull(),
    y1: doublePrecision('y1').notNull(),
    x2: doublePrecision('x2').notNull(),
    y2: doublePrecision('y2').notNull(),
    mask: jsonb('mask').$type<MaskJson>(),
    bin: text('bin').$type<Bin>().notNull(),
    model: jsonb('model').$type<ModelAnswer>(),
    isIncomplete: boolean('is_incomplete').notNull(),
    isUnsure: boolean('is_unsure').notNull(),
    seenBy: jsonb('seen_by').$type<Actor>(),
    seenAt: time('seen_at'),
    isDeleted: boolean('is_deleted').notNull(),
  },
  (t) => [
    index('cells_by_case').on(t.caseId, t.changedIn),
    uniqueIndex('cells_by_finding').on(t.fieldId, t.modelOrdinal),
    // Examples: the cells of a class that a person has confirmed, the model's most certain ones first.
    index('cells_by_certainty')
      .on(t.bin, sql`((${t.model} ->> 'score')::float8) desc`)
      .where(sql`${t.seenAt} is not null and not ${t.isDeleted} and not ${t.isIncomplete}`),
  ],
);

/** The history: append-only, each entry sealed over the one before it. An entry can be undone once. */
export const history = pgTable(
  'history',
  {
    id: uuid('id').primaryKey(),
    caseId: uuid('case_id')
      .notNull()
      .references(() => cases.id),
    sequence: integer('sequence').notNull(),
    at: time('at').notNull(),
    by: jsonb('by').$type<Actor>().notNull(),
    action: text('action').$type<HistoryAction>().notNull(),
    changes: jsonb('changes').$type<HistoryChange[]>().notNull(),
    reason: text('reason'),
    undoes: uuid('undoes'),
    /** Of the request that made the entry, where a client may send it again. Null leaves the seal as without it. */
    requestSha256: text('request_sha256'),
    /** Hashes of the rows that the change wrote, as they are after it. Null: from before the ledger. */
    rows: jsonb('rows').$type<RowDigests>(),
    /** The key of `hash`. Null: a plain hash, from before the ledger. */
    keyId: text('key_id'),
    hash: text('hash').notNull(),
  },
  (t) => [
    uniqueIndex('history_by_sequence').on(t.caseId, t.sequence),
    uniqueIndex('history_by_undone').on(t.undoes),
  ],
);

/** Comments. */
export const comments = pgTable(
  'comments',
  {
    id: uuid('id').primaryKey(),
    caseId: uuid('case_id')
      .notNull()
      .references(() => cases.id),
    cellId: uuid('cell_id').references(() => cells.id),
    text: text('text').notNull(),
    /** Null: of an older server, which printed all. */
    isPrinted: boolean('is_printed'),
    by: jsonb('by').$type<Actor>().notNull(),
    at: time('at').notNull(),
    isWithdrawn: boolean('is_withdrawn').notNull(),
  },
  (t) => [index('comments_by_case').on(t.caseId)],
);

/** Signatures of the version being signed; withdrawn ones stay. */
export const signatures = pgTable(
  'signatures',
  {
    id: uuid('id').primaryKey(),
    caseId: uuid('case_id')
      .notNull()
      .references(() => cases.id),
    version: integer('version').notNull(),
    by: jsonb('by').$type<Actor>().notNull(),
    at: time('at').notNull(),
    isWithdrawn: boolean('is_withdrawn').notNull(),
    /** The name to sign in with; null in local mode. Like the three below null in rows of older servers. */
    account: text('account'),
    meaning: text('meaning').$type<SignatureMeaning>(),
    reason: text('reason'),
    /** Of the snapshot that the signer's screen showed. */
    sha256: text('sha256'),
  },
  (t) => [index('signatures_by_case').on(t.caseId, t.version)],
);

/** Signed versions: append-only. `snapshot` is everything that was signed. */
export const versions = pgTable(
  'versions',
  {
    caseId: uuid('case_id')
      .notNull()
      .references(() => cases.id),
    version: integer('version').notNull(),
    signedAt: time('signed_at').notNull(),
    signatures: jsonb('signatures').$type<Signature[]>().notNull(),
    amendmentReason: text('amendment_reason'),
    snapshot: jsonb('snapshot').$type<unknown>().notNull(),
    sha256: text('sha256').notNull(),
  },
  (t) => [primaryKey({ columns: [t.caseId, t.version] })],
);

/** Files on their way. `offset` counts bytes that were flushed to disk. */
export const uploads = pgTable('uploads', {
  id: uuid('id').primaryKey(),
  caseId: uuid('case_id')
    .notNull()
    .references(() => cases.id),
  fileName: text('file_name').notNull(),
  sizeBytes: bigint('size_bytes', { mode: 'number' }).notNull(),
  sha256: text('sha256'),
  pixelSizeUm: doublePrecision('pixel_size_um'),
  offset: bigint('offset', { mode: 'number' }).notNull(),
  fieldId: uuid('field_id').references(() => fields.id),
  /** Null in rows of older servers. */
  createdBy: jsonb('created_by').$type<Actor>(),
  createdAt: time('created_at').notNull(),
  changedAt: time('changed_at').notNull(),
});

/** Comparisons: a case's fields given to another model. Their jobs name them. */
export const comparisons = pgTable(
  'comparisons',
  {
    id: uuid('id').primaryKey(),
    caseId: uuid('case_id')
      .notNull()
      .references(() => cases.id),
    modelId: text('model_id').notNull(),
    createdAt: time('created_at').notNull(),
    createdBy: jsonb('created_by').$type<Actor>().notNull(),
  },
  (t) => [index('comparisons_by_case').on(t.caseId)],
);

/** What the other model found in one field: once, by its key. */
export const comparisonFields = pgTable(
  'comparison_fields',
  {
    comparisonId: uuid('comparison_id')
      .notNull()
      .references(() => comparisons.id),
    fieldId: uuid('field_id')
      .notNull()
      .references(() => fields.id),
    modelSha256: text('model_sha256').notNull(),
    answers: jsonb('answers').$type<ComparedAnswer[]>().notNull(),
    finishedAt: time('finished_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.comparisonId, t.fieldId] })],
);

/** Rounds of teaching: what was signed when they began, and what their person said. */
export const teachingRounds = pgTable('teaching_rounds', {
  id: uuid('id').primaryKey(),
  by: jsonb('by').$type<Actor>().notNull(),
  startedAt: time('started_at').notNull(),
  finishedAt: time('finished_at'),
  cells: jsonb('cells')
    .$type<{ cellId: string; box: Box; signed: Bin; answer: CellClass | null }[]>()
    .notNull(),
});

/** Jobs as people see them; the queue's own tables lie in the schema `pgboss` under the same ids. */
export const jobs = pgTable(
  'jobs',
  {
    id: uuid('id').primaryKey(),
    caseId: uuid('case_id')
      .notNull()
      .references(() => cases.id),
    fieldId: uuid('field_id')
      .notNull()
      .references(() => fields.id),
    /** Null: the analysis of the field for its case. */
    comparisonId: uuid('comparison_id').references(() => comparisons.id),
    modelId: text('model_id').notNull(),
    state: text('state')
      .$type<'queued' | 'active' | 'completed' | 'failed' | 'cancelled'>()
      .notNull(),
    progress: doublePrecision('progress').notNull(),
    stage: text('stage'),
    tries: integer('tries').notNull(),
    failure: text('failure'),
    createdAt: time('created_at').notNull(),
    startedAt: time('started_at'),
    finishedAt: time('finished_at'),
  },
  (t) => [
    index('jobs_by_case').on(t.caseId),
    index('jobs_by_state').on(t.state),
    index('jobs_by_comparison').on(t.comparisonId),
  ],
);

/** Runs that learn from corrected cells, with what came out. Files lie in the store, by their hashes. */
export const learnings = pgTable(
  'learnings',
  {
    id: uuid('id').primaryKey(),
    state: text('state').$type<LearningState>().notNull(),
    parentId: text('parent_id').notNull(),
    choice: jsonb('choice').$type<LearningChoice>().notNull(),
    progress: doublePrecision('progress').notNull(),
    stage: text('stage'),
    failure: text('failure'),
    result: jsonb('result').$type<LearningResult>(),
    card: text('card'),
    /** Of the model that the candidate is; none where it was refused. */
    files: jsonb('files').$type<{ name: string; sha256: string }[]>().notNull(),
    createdAt: time('created_at').notNull(),
    createdBy: jsonb('created_by').$type<Actor>().notNull(),
    finishedAt: time('finished_at'),
    /** Who accepted or discarded it. */
    decision: jsonb('decision').$type<{
      by: Actor;
      at: string;
      note: string;
      modelId: string | null;
    }>(),
    /** It was accepted and then taken off the shelf. */
    isRemoved: boolean('is_removed').notNull(),
  },
  (t) => [index('learnings_by_state').on(t.state)],
);

/** The model that new fields are analysed with: one row, once somebody has chosen. */
export const modelChoice = pgTable('model_choice', {
  id: integer('id').primaryKey(),
  modelId: text('model_id').notNull(),
  chosenAt: time('chosen_at').notNull(),
  chosenBy: jsonb('chosen_by').$type<Actor>().notNull(),
});

/** Accounts. */
export const users = pgTable(
  'users',
  {
    id: uuid('id').primaryKey(),
    name: text('name').notNull(),
    displayName: text('display_name').notNull(),
    role: text('role').$type<Role>().notNull(),
    /** Null: signs in by the organisation's provider only. */
    passwordHash: text('password_hash'),
    /** Who this is at the organisation's provider. Null: nobody. */
    issuer: text('issuer'),
    subject: text('subject'),
    /** Somebody else has set the password: until the person sets one, nothing but that is open. Null: no. */
    mustChangePassword: boolean('must_change_password'),
    isDisabled: boolean('is_disabled').notNull(),
    revision: integer('revision').notNull(),
    createdAt: time('created_at').notNull(),
    lastSignInAt: time('last_sign_in_at'),
  },
  (t) => [
    uniqueIndex('users_by_name').on(t.name),
    uniqueIndex('users_by_identity').on(t.issuer, t.subject),
  ],
);

/** Sessions, by the hash of their token: who reads the table cannot sign in with it. */
export const sessions = pgTable(
  'sessions',
  {
    tokenHash: text('token_hash').primaryKey(),
    /** The name by which people see and end it. */
    id: uuid('id').notNull(),
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id),
    /** Where it began, and the browser's own words. */
    address: text('address').notNull(),
    userAgent: text('user_agent').notNull(),
    /** The site asks a second factor and the account has none: until one is added, nothing else is open. Null: no. */
    mustAddFactor: boolean('must_add_factor'),
    createdAt: time('created_at').notNull(),
    lastSeenAt: time('last_seen_at').notNull(),
    expiresAt: time('expires_at').notNull(),
  },
  (t) => [index('sessions_by_user').on(t.userId), uniqueIndex('sessions_by_id').on(t.id)],
);

/** Second factors of accounts. What is removed or replaced stays, without its secrets. */
export const secondFactors = pgTable(
  'second_factors',
  {
    id: uuid('id').primaryKey(),
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id),
    kind: text('kind').$type<SecondFactorKind>().notNull(),
    /** The person's own word for it. */
    name: text('name').notNull(),
    /** Of an app, sealed with the key file's key. */
    secret: text('secret'),
    /** Hashes of recovery codes that are left. */
    codes: jsonb('codes').$type<string[]>(),
    /** Of a passkey: its name, its public key, and how browsers reach it. */
    credentialId: text('credential_id'),
    publicKey: text('public_key'),
    transports: jsonb('transports').$type<string[]>(),
    /** The half minute of the last code that was taken: none is taken twice. Of a passkey: its own count. */
    counter: bigint('counter', { mode: 'number' }),
    createdAt: time('created_at').notNull(),
    lastUsedAt: time('last_used_at'),
    isRemoved: boolean('is_removed').notNull(),
  },
  (t) => [
    index('second_factors_by_user').on(t.userId),
    uniqueIndex('second_factors_by_credential').on(t.credentialId),
  ],
);

/** Steps of signing in, and of adding factors, that are under way, by the hash of their token. */
export const tickets = pgTable(
  'tickets',
  {
    tokenHash: text('token_hash').primaryKey(),
    kind: text('kind')
      .$type<'second-step' | 'totp' | 'passkey' | 'provider' | 'confirmed'>()
      .notNull(),
    /** Null: not known yet. */
    userId: uuid('user_id').references(() => users.id),
    facts: jsonb('facts').$type<Record<string, unknown>>().notNull(),
    createdAt: time('created_at').notNull(),
    expiresAt: time('expires_at').notNull(),
  },
  (t) => [index('tickets_by_user').on(t.userId)],
);

/** API keys, by the hash of their secret. */
export const apiKeys = pgTable(
  'api_keys',
  {
    id: uuid('id').primaryKey(),
    name: text('name').notNull(),
    role: text('role').$type<Role>().notNull(),
    start: text('start').notNull(),
    secretHash: text('secret_hash').notNull(),
    createdAt: time('created_at').notNull(),
    expiresAt: time('expires_at'),
    lastUsedAt: time('last_used_at'),
    isRevoked: boolean('is_revoked').notNull(),
  },
  (t) => [uniqueIndex('api_keys_by_secret').on(t.secretHash)],
);

/** Tokens of the one-time link that makes the first administrator. */
export const setupTokens = pgTable('setup_tokens', {
  tokenHash: text('token_hash').primaryKey(),
  createdAt: time('created_at').notNull(),
  expiresAt: time('expires_at').notNull(),
});

/** The site's settings: one row. */
export const site = pgTable('site', {
  id: integer('id').primaryKey(),
  revision: integer('revision').notNull(),
  settings: jsonb('settings').$type<unknown>().notNull(),
});

/** What happened to accounts, keys, settings and sessions: append-only, sealed like the history. */
export const trail = pgTable('trail', {
  sequence: integer('sequence').primaryKey(),
  at: time('at').notNull(),
  by: jsonb('by').$type<Actor>().notNull(),
  /** Where the request came from; null for what the server does by itself. */
  address: text('address'),
  action: text('action').$type<TrailAction>().notNull(),
  subject: text('subject').$type<TrailSubject>().notNull(),
  /** An id, or the name that somebody tried to sign in with. */
  subjectId: text('subject_id'),
  before: jsonb('before').$type<Record<string, unknown>>(),
  after: jsonb('after').$type<Record<string, unknown>>(),
  rows: jsonb('rows').$type<RowDigests>().notNull(),
  keyId: text('key_id').notNull(),
  hash: text('hash').notNull(),
});

/** Every history entry of every case once more, by its hash, in strands: append-only. */
export const ledger = pgTable(
  'ledger',
  {
    strand: integer('strand').notNull(),
    sequence: integer('sequence').notNull(),
    /** Null, like the two after it, where a new key begins. */
    caseId: uuid('case_id'),
    caseSequence: integer('case_sequence'),
    historyHash: text('history_hash'),
    keyId: text('key_id').notNull(),
    hash: text('hash').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.strand, t.sequence] }),
    index('ledger_by_case').on(t.caseId, t.caseSequence),
  ],
);

/** How far each strand goes; strand 0 is the trail. The seal cannot be made without the key. */
export const ledgerHeads = pgTable('ledger_heads', {
  strand: integer('strand').primaryKey(),
  sequence: integer('sequence').notNull(),
  hash: text('hash').notNull(),
  keyId: text('key_id').notNull(),
  seal: text('seal').notNull(),
});
