/** @file The tour of this page. */
import { api } from '../../state/api.ts';
import { createTour, demoCaseNumber } from '../../state/tour.ts';

/** The tour of this page. */
export const tour = createTour(localStorage);

/** Begin the tour when the demonstration case is there; tell whether it is. */
export async function beginTour(): Promise<boolean> {
  const { items } = await api.listCases({ query: { search: demoCaseNumber, limit: 10 } });
  const demo = items.find((item) => item.number === demoCaseNumber && item.state !== 'discarded');
  if (demo !== undefined) tour.begin(demo.id);
  return demo !== undefined;
}
