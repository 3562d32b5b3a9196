/**
 * @file Learning from what people corrected: which cells there are to learn from, a run, what came out, and who accepted it.
 *
 * A candidate is no model until an administrator accepts it, and may be accepted only when nothing speaks against it.
 */
import { z } from 'zod';
import { binSchema, cellClassSchema } from './cell.ts';
import { caseStateSchema } from './case.ts';
import { actorSchema, idSchema, lineSchema, timeSchema } from './ids.ts';
import { modelIdSchema } from './model.ts';

/** Which cells are learnt from: those that people have seen and given a type. */
export const learningChoiceSchema = z.object({
  /** Cases by their ids, open ones too. Null: all signed cases. */
  caseIds: z.array(idSchema).max(2000).nullable().default(null),
  /** Cells to leave out, whose type is in doubt. */
  leftOut: z.array(idSchema).max(5000).default([]),
  /** People whose cells are left out. */
  leftOutPeople: z.array(idSchema).max(200).default([]),
});

/** A run that is asked for. */
export const newLearningSchema = learningChoiceSchema.extend({
  /** The model that learns. @default the one that new fields are analysed with */
  parentId: modelIdSchema.optional(),
});

/** What a choice of cells holds. */
export const learnableSchema = z.object({
  /** The model that would learn where none is named. */
  parentId: z.string(),
  /** Cases with cells to learn from, newest first; 500 at most. */
  cases: z.array(
    z.object({
      id: idSchema,
      number: z.string(),
      state: caseStateSchema,
      cells: z.int(),
      isChosen: z.boolean(),
    }),
  ),
  /** Chosen cells, and how many of them the model had called otherwise. */
  cells: z.int(),
  /** As many as a run takes: older ones may be left out. */
  isCut: z.boolean(),
  corrected: z.int(),
  byType: z.array(z.object({ cellClass: cellClassSchema, cells: z.int(), corrected: z.int() })),
  /** By the person who said the type last. */
  byPerson: z.array(z.object({ by: actorSchema, cells: z.int(), corrected: z.int() })),
  /** Cells that one person moved after another had given them a type. */
  disagreements: z.array(
    z.object({
      first: actorSchema,
      second: actorSchema,
      before: binSchema,
      after: binSchema,
      cells: z.int(),
    }),
  ),
  /** Cells that people have named since what was accepted last, or at all where nothing was. */
  newCells: z.int(),
});

/** Where a run stands. `completed`: there is a result, and nobody has decided yet. */
export const learningStateSchema = z.enum([
  'queued',
  'running',
  'completed',
  'failed',
  'cancelled',
  'accepted',
  'discarded',
]);

const countedRightSchema = z.object({
  right: z.int(),
  cells: z.int(),
  share: z.number(),
  /** Exact 95 % limits. */
  low: z.number(),
  high: z.number(),
});

/** The parent and the candidate on the same cells. */
export const answerComparisonSchema = z.object({
  cells: z.int(),
  parent: countedRightSchema,
  candidate: countedRightSchema,
  /** Cells that only the candidate, and only the parent, is right about. */
  gained: z.int(),
  lost: z.int(),
  /** Of as large a difference by chance alone (McNemar, exact, two-sided). */
  pValue: z.number(),
  byType: z.array(
    z.object({
      label: cellClassSchema,
      parent: countedRightSchema,
      candidate: countedRightSchema,
    }),
  ),
  /** What the candidate calls cells of each label. */
  confusion: z.array(z.object({ label: cellClassSchema, answer: cellClassSchema, cells: z.int() })),
});

/** A cell that was learnt from. */
export const learntCellSchema = z.object({
  caseId: idSchema,
  fieldId: idSchema,
  cellId: idSchema,
  /** What a person called it. */
  label: cellClassSchema,
  author: z.string(),
});

/** What came out of a run. */
export const learningResultSchema = z.object({
  cells: z.int(),
  /** Patients or cases: cells of one are never on both sides. */
  groups: z.int(),
  /** Named cells that the parent does not find, and whose type it does not know. */
  notFound: z.int(),
  notTyped: z.int(),
  byType: z.array(z.object({ label: cellClassSchema, cells: z.int() })),
  /** Why it may not be accepted; empty: it may. */
  refusals: z.array(z.object({ kind: z.string(), reason: z.string() })),
  /** Null where the cells were refused before anything was fitted. */
  candidate: z
    .object({
      /** On cells of this site that were held apart, and on stored ones of the parent's laboratories. */
      here: answerComparisonSchema,
      there: answerComparisonSchema,
      calibration: z.object({ temperature: z.number(), unsureBelow: z.number() }),
      /** How often cells held apart are flagged as not sure. */
      doubt: z.object({ ofRight: z.number(), ofWrong: z.number() }),
      /** Cells that look like another one which was named otherwise. */
      contradicting: z.array(learntCellSchema),
      /** Cells whose label all others speak against. */
      suspicious: z.array(learntCellSchema),
      byAuthor: z.array(z.object({ author: z.string(), cells: z.int(), suspicious: z.int() })),
      /** Labels of one slide only: learnt, but measured on no other. */
      loneLabels: z.array(cellClassSchema).default([]),
      /** Cells that the candidate calls otherwise than the parent. */
      changed: z.array(
        learntCellSchema.extend({ before: cellClassSchema, after: cellClassSchema }),
      ),
    })
    .nullable(),
});

/** One run, without its result. */
export const learningSchema = z.object({
  id: idSchema,
  state: learningStateSchema,
  parentId: z.string(),
  /** 0..1. */
  progress: z.number().min(0).max(1),
  /** What is being done now, for people. */
  stage: z.string().nullable(),
  failure: z.string().nullable(),
  createdAt: timeSchema,
  createdBy: actorSchema,
  finishedAt: timeSchema.nullable(),
  /** May be accepted; null until it is known. */
  isOffered: z.boolean().nullable(),
  /** Who accepted or discarded it. */
  decision: z
    .object({ by: actorSchema, at: timeSchema, note: z.string(), modelId: z.string().nullable() })
    .nullable(),
});

/** One run with its choice of cells and its result. */
export const learningDetailSchema = learningSchema.extend({
  choice: learningChoiceSchema,
  result: learningResultSchema.nullable(),
  /** The card that the model has, or would have; null without a candidate. */
  card: z.string().nullable(),
});

/** How a candidate becomes a model. */
export const acceptLearningSchema = z.object({
  /** Cases name the model by it. */
  modelId: modelIdSchema,
  /** As people read it. */
  name: lineSchema(100),
  note: lineSchema(500),
  /** New fields are analysed with it from now on. */
  isChosen: z.boolean(),
});

/** Why something was decided. */
export const learningNoteSchema = z.object({ note: lineSchema(500) });

/** Which cells are learnt from. */
export type LearningChoice = z.infer<typeof learningChoiceSchema>;
/** What a choice of cells holds. */
export type Learnable = z.infer<typeof learnableSchema>;
/** Where a run stands. */
export type LearningState = z.infer<typeof learningStateSchema>;
/** What came out of a run. */
export type LearningResult = z.infer<typeof learningResultSchema>;
/** The parent and the candidate on the same cells. */
export type LearningComparison = z.infer<typeof answerComparisonSchema>;
/** A cell that was learnt from. */
export type LearntCell = z.infer<typeof learntCellSchema>;
/** One run. */
export type Learning = z.infer<typeof learningSchema>;
/** One run with its result. */
export type LearningDetail = z.infer<typeof learningDetailSchema>;
