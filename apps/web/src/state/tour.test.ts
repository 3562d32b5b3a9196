import { expect, test } from 'vitest';
import { createTour, tourSteps } from './tour.ts';

function storage() {
  const texts = new Map<string, string>();
  return {
    getItem: (key: string) => texts.get(key) ?? null,
    setItem: (key: string, text: string) => void texts.set(key, text),
    removeItem: (key: string) => void texts.delete(key),
  };
}

test('goes through its steps and not beyond', () => {
  const tour = createTour(storage());
  tour.begin('case');
  tour.go(tourSteps.length - 1);
  tour.go(tourSteps.length);
  expect(tour.get().step).toBe(tourSteps.length - 1);
  tour.go(-1);
  expect(tour.get().step).toBe(tourSteps.length - 1);
});

test('is left for good, in the next start too', () => {
  const kept = storage();
  const tour = createTour(kept);
  expect(tour.isDone()).toBe(false);
  tour.begin('case');
  tour.end();
  expect(tour.get().step).toBeUndefined();
  expect(createTour(kept).isDone()).toBe(true);
});

test('can be asked for again after it was left', () => {
  const tour = createTour(storage());
  tour.end();
  tour.begin('case');
  expect(tour.get()).toEqual({ step: 0, caseId: 'case' });
});
