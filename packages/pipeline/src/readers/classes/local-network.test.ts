import { expect, test } from 'vitest';
import { decideLocally, localPlaces, localSchema } from './local-network.ts';

const places = [1, 2];

const decide = async (p: readonly number[], q: readonly number[], temperature = 1) => {
  let asked = 0;
  const ask = async () => {
    asked++;
    return q;
  };
  const decided = await decideLocally(async () => p, ask, { places, temperature });
  return { decided, asked };
};

test('where the global network says one of the local classes, the local one decides', async () => {
  const { decided, asked } = await decide([0.1, 0.5, 0.4], [0.2, 0.8]);
  expect(asked).toBe(1);
  expect(decided[0]).toBe(0.1);
  expect(decided[1]).toBeCloseTo(0.2 * 0.9, 12);
  expect(decided[2]).toBeCloseTo(0.8 * 0.9, 12);
});

test('elsewhere it is not asked', async () => {
  const { decided, asked } = await decide([0.5, 0.3, 0.2], [0.2, 0.8]);
  expect([decided, asked]).toEqual([[0.5, 0.3, 0.2], 0]);
});

test('its choice is the likeliest of all, also beside a third class that is nearly as likely', async () => {
  const p = [0.38, 0.4, 0.22];
  const { decided } = await decide(p, [0.45, 0.55]);
  // .55 x .62 lies below .38: what the global network was surest of is given to the choice.
  expect(decided[0]).toBe(0.38);
  expect(decided[2]).toBeCloseTo(0.4, 12);
  expect(decided[1]).toBeCloseTo(0.62 - 0.4, 12);
  const sure = (await decide([0, 0.6, 0.4], [0, 1])).decided;
  expect(sure).toEqual([0, 0, 1]);
});

test('its temperature makes it more or less sure', async () => {
  const { decided } = await decide([0, 0.6, 0.4], [0.1, 0.9], 2);
  const [a, b] = [Math.sqrt(0.1), Math.sqrt(0.9)];
  expect(decided[2]).toBeCloseTo(b / (a + b), 12);
});

test('its classes are found by name among those of the model', () => {
  const local = localSchema.parse({ classes: ['segmented-neutrophil', 'band-neutrophil'] });
  const classes = ['monocyte', 'band-neutrophil', 'segmented-neutrophil'] as const;
  expect(localPlaces(local, { name: 'x', classes })).toEqual([2, 1]);
  expect(() => localPlaces(local, { name: 'x', classes: ['monocyte', 'band-neutrophil'] })).toThrow(
    'Received segmented-neutrophil',
  );
  expect(localSchema.safeParse({ classes: ['band-neutrophil'] }).success).toBe(false);
});
