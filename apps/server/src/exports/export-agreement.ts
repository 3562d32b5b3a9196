/** @file The validation report of a site: how models and people agree over its signed cases. */
import type { AgreementFormat, AgreementQuery } from '@leukoscope/contract';
import type { Context } from '../context.ts';
import { getAgreement } from '../services/agreement/get-agreement.ts';
import { judgedCells, sharesOf } from '../services/agreement/measure-agreement.ts';
import { getSite } from '../services/site.ts';
import type { MadeExport } from './export-host.ts';

/** Write it when the person's turn comes. */
export function exportAgreement(
  context: Context,
  personId: string,
  query: AgreementQuery,
  format: AgreementFormat,
): Promise<MadeExport> {
  const { exports } = context;
  return exports.line.take(personId, async () => {
    const { agreement, cases } = await getAgreement(context, query);
    const groups = judgedCells(cases);
    const source = {
      agreement,
      shares: agreement.shares.map(({ cellClass }) => ({
        cellClass,
        points: sharesOf(groups, cellClass),
      })),
      siteName: (await getSite(context.db.sql)).name,
      at: context.clock().toISOString(),
    };
    return exports.writeAgreement(source, format);
  });
}
