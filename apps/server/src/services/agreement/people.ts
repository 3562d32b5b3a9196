/**
 * @file Two people about the same cells, from the history of signed cases. Who looked at a cell, or moved it, has said
 * where it belongs; who signed the case answers for every cell as it was signed.
 *
 * The second saw what the first had said: two who judge blindly agree less.
 */
import { type Agreement, type Bin, needsReview } from '@leukoscope/contract';
import { and, asc, eq, gt, inArray } from 'drizzle-orm';
import type { Sql } from '../../db/database.ts';
import { cells, history } from '../../db/schema.ts';
import { kappaOfPairs } from '../kappa-of-pairs.ts';
import { readInSlices } from '../read-in-slices.ts';
import type { SignedCase } from './signed-cells.ts';

/** Every judgement of a case is read: of so many newest ones. */
const mostCases = 200;

type Answer = Bin | 'no cell';
/** Answers of one person by cell. */
type Answers = Map<string, Answer>;

interface Pair {
  readonly names: readonly [string, string];
  cases: number;
  readonly answers: (readonly [Answer, Answer])[];
}

/** Compare each two people who judged or signed one case. */
export async function comparePeople(
  handle: Sql,
  cases: readonly SignedCase[],
): Promise<Agreement['people']> {
  const pairs = new Map<string, Pair>();
  for (const one of cases.slice(0, mostCases)) {
    const judged = await readAnswers(handle, one);
    const people = [...judged.entries()].sort(([a], [b]) => a.localeCompare(b));
    people.forEach(([firstId, first], i) => {
      for (const [secondId, second] of people.slice(i + 1)) {
        const shared = [...first.answers].flatMap(([cell, answer]) => {
          const other = second.answers.get(cell);
          return other === undefined ? [] : [[answer, other] as const];
        });
        if (shared.length === 0) continue;
        const key = `${firstId} ${secondId}`;
        const pair = pairs.get(key) ?? { names: [first.name, second.name], cases: 0, answers: [] };
        pair.cases++;
        pair.answers.push(...shared);
        pairs.set(key, pair);
      }
    });
  }
  return [...pairs.values()]
    .map(({ names: [first, second], cases: count, answers }) => ({
      first,
      second,
      cases: count,
      cells: answers.length,
      same: answers.filter(([a, b]) => a === b).length,
      kappa: kappaOfPairs(answers),
    }))
    .sort((a, b) => b.cells - a.cells);
}

interface Person {
  readonly name: string;
  readonly answers: Answers;
}

async function readAnswers(handle: Sql, { id, signers }: SignedCase): Promise<Map<string, Person>> {
  const people = new Map<string, Person>();
  const personOf = (personId: string, name: string): Person => {
    const person = people.get(personId) ?? { name, answers: new Map() };
    people.set(personId, person);
    return person;
  };
  const now = await finalAnswers(handle, id);
  const before: Answers = new Map(now.map(({ cell, model }) => [cell, model]));
  await readInSlices<typeof history.$inferSelect>(
    (after, limit) =>
      handle
        .select()
        .from(history)
        .where(
          and(
            eq(history.caseId, id),
            inArray(history.action, [...judgements]),
            after === undefined ? undefined : gt(history.sequence, after.sequence),
          ),
        )
        .orderBy(asc(history.sequence))
        .limit(limit),
    (rows) => {
      for (const { by, action, changes } of rows) {
        for (const { subject, id: cell, after } of changes) {
          if (subject !== 'cell' || after === null) continue;
          const gone = action === 'cells.deleted' || after.isDeleted === true;
          const told = gone ? 'no cell' : ((after.bin as Bin | undefined) ?? before.get(cell));
          if (told === undefined) continue;
          before.set(cell, told);
          // An undo takes a judgement back and makes none.
          if (by.id === null) continue;
          if (action === 'cells.undone') people.get(by.id)?.answers.delete(cell);
          else personOf(by.id, by.name).answers.set(cell, told);
        }
      }
    },
  );
  for (const { id: signer, name } of signers) {
    const { answers } = personOf(signer, name);
    for (const { cell, people: told } of now) answers.set(cell, told);
  }
  return people;
}

const judgements = [
  'cells.seen',
  'cells.reclassified',
  'cells.deleted',
  'cells.added',
  'cells.undone',
] as const;

/** Every cell of the case: what the model said, and what was signed. */
async function finalAnswers(handle: Sql, caseId: string) {
  const found: { cell: string; model: Answer; people: Answer }[] = [];
  await readInSlices<{ id: string; bin: Bin; model: { bin: Bin } | null; isDeleted: boolean }>(
    (after, limit) =>
      handle
        .select({
          id: cells.id,
          bin: cells.bin,
          model: cells.model,
          isDeleted: cells.isDeleted,
        })
        .from(cells)
        .where(and(eq(cells.caseId, caseId), after && gt(cells.id, after.id)))
        .orderBy(asc(cells.id))
        .limit(limit),
    (rows) => {
      for (const { id, bin, model, isDeleted } of rows) {
        const told = model?.bin ?? bin;
        // Nobody looks at ordinary red cells and platelets.
        if (!needsReview(bin) && !needsReview(told)) continue;
        found.push({ cell: id, model: told, people: isDeleted ? 'no cell' : bin });
      }
    },
  );
  return found;
}
