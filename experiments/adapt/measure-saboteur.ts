/**
 * @file Two reviewers name the same number of Raabin's cells; one of them names 30 % of theirs wrongly. What the page would
 * show, whether the candidate is refused, and what it would cost on other slides if somebody took it all the same.
 * `node --conditions=@leukoscope/source experiments/adapt/measure-saboteur.ts CELLS_FOLDER OUT_FILE`
 */
import { writeFileSync } from 'node:fs';
import { adaptHead, type LabelledCell, refuseCandidate } from '@leukoscope/training';
import { type GatheredCell, readCells } from './gathered-cells.ts';
import {
  drawEach,
  drawSides,
  parent,
  randomOf,
  runtime,
  shareRight,
  stored,
} from './measured-labs.ts';

const [folder, out] = process.argv.slice(2);
if (folder === undefined || out === undefined) {
  console.error('usage: measure-saboteur.ts CELLS_FOLDER OUT_FILE');
  process.exit(2);
}
const cells = readCells(folder, 'raabin');
const kinds = [...new Set(cells.map(({ label }) => label))].sort();
const rows: object[] = [];
for (const each of [20, 40]) {
  for (const wrongShare of [0, 0.3]) {
    for (let draw = 0; draw < 2; draw++) {
      const random = randomOf('raabin', draw);
      const { pool, test } = drawSides(cells, random.fork('sides'));
      const drawn = random.fork('order').shuffle(drawEach(pool, each, random.fork('cells')));
      const slips = random.fork('slips');
      let wrong = 0;
      const named = drawn.map((cell, n): LabelledCell => {
        const author = n % 2 === 0 ? 'careful' : 'careless';
        const isWrong = author === 'careless' && slips.chance(wrongShare);
        if (isWrong) wrong++;
        const label = isWrong
          ? slips.pick(kinds.filter((kind) => kind !== cell.label))
          : cell.label;
        return { ...labelled(cell), label, author };
      });
      const candidate = await adaptHead(parent, named, stored, { runtime });
      const refusals = refuseCandidate(candidate, named.length);
      const row = {
        each,
        wrongShare,
        draw,
        cells: named.length,
        wrong,
        suspicious: candidate.suspicious.length,
        suspiciousAndWrong: candidate.suspicious.filter((n) => named[n]!.label !== drawn[n]!.label)
          .length,
        byAuthor: candidate.byAuthor,
        refused: refusals.map(({ kind }) => kind),
        parentHere: shareRight(test, undefined),
        candidateHere: shareRight(test, candidate.head),
        lossThere: candidate.there.parent.share - candidate.there.candidate.share,
        heldApart: candidate.here.candidate.share,
        doubt: candidate.doubt,
        calibration: candidate.calibration,
      };
      rows.push(row);
      console.log(JSON.stringify(row));
    }
  }
}
await runtime.close();
writeFileSync(out, `${JSON.stringify({ seed: 16, rows }, null, 2)}\n`);

function labelled({ file, label, group, probabilities, views }: GatheredCell): LabelledCell {
  const box = { x1: 0, y1: 0, x2: 1, y2: 1 };
  return { file, box, label, author: undefined, group, probabilities, views };
}
