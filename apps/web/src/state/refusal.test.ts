import { expect, test } from 'vitest';
import { ApiError } from './api.ts';
import { refusalOf } from './refusal.ts';

const answer = (status: number, code: string) =>
  new ApiError(code, 'no', { status, body: { code, message: 'no', status, requestId: '1' } });

test.each([
  ['a broken line', new TypeError('Failed to fetch'), 'unreachable'],
  ["a hotel's page", new ApiError('ANSWER_FOREIGN', 'no', { status: 403 }), 'unreachable'],
  ['a busy server', answer(429, 'RATE_LIMIT'), 'unreachable'],
  ['a fault of the server', answer(500, 'INTERNAL'), 'unreachable'],
  ['an ended session', answer(401, 'NOT_SIGNED_IN'), 'signed-out'],
  ['a cell that others changed', answer(409, 'REVISION_STALE'), 'stale'],
  ['a cell that others deleted', answer(409, 'CELL_DELETED'), 'stale'],
  ['a review after which all is as before', answer(409, 'REVIEW_NOTHING'), 'empty'],
  ['a signed case', answer(409, 'CASE_NOT_OPEN'), 'refused'],
  ['a role that may only look', answer(403, 'FORBIDDEN'), 'refused'],
])('%s is told from the others', (_, error, refusal) => {
  expect(refusalOf(error)).toBe(refusal);
});
