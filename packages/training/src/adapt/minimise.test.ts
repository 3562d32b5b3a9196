import { expect, test } from 'vitest';
import { minimise, type Objective } from './minimise.ts';

test('finds the middle of a bowl that is a thousand times steeper along one axis', async () => {
  const bowl: Objective = ([x, y], gradient) => {
    gradient[0] = 2 * (x! - 3);
    gradient[1] = 2000 * (y! + 2);
    return (x! - 3) ** 2 + 1000 * (y! + 2) ** 2;
  };
  const [x, y] = await minimise(bowl, new Float64Array(2), { tolerance: 1e-14 });
  expect(x).toBeCloseTo(3, 4);
  expect(y).toBeCloseTo(-2, 5);
});

test("follows Rosenbrock's bent valley to its end", async () => {
  const valley: Objective = ([x, y], gradient) => {
    const bend = y! - x! * x!;
    gradient[0] = -2 * (1 - x!) - 400 * x! * bend;
    gradient[1] = 200 * bend;
    return (1 - x!) ** 2 + 100 * bend ** 2;
  };
  const [x, y] = await minimise(valley, Float64Array.of(-1.2, 1), {
    mostSteps: 200,
    tolerance: 1e-14,
  });
  expect(x).toBeCloseTo(1, 3);
  expect(y).toBeCloseTo(1, 3);
});

test('stays where it is when there is no slope, and stops after the steps that it was given', async () => {
  const flat: Objective = (_, gradient) => {
    gradient.fill(0);
    return 1;
  };
  expect([...(await minimise(flat, Float64Array.of(5)))]).toEqual([5]);
  let asked = 0;
  const line: Objective = (_, gradient) => {
    asked++;
    gradient[0] = 1;
    return -asked;
  };
  await minimise(line, new Float64Array(1), { mostSteps: 3 });
  expect(asked).toBe(1 + 3);
});
