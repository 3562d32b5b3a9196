import { expect, test } from 'vitest';
import { passwordFault } from './password-fault.ts';

const names = ['amiller', 'Ann Miller'];

test.each([
  ['aaaaaaaaaaaaaa', 'repeats one character'],
  ['passwordpassword1', 'repeats the same part'],
  ['Password123456', 'is close to a frequent password'],
  ['123456789012', 'is a frequent password'],
  ['qwertyuiop123', 'is close to a frequent password'],
  ['qwertzuiopasdf', 'is a row of neighbouring keys'],
  ['lkjhgfdsapoiuytrewq', 'is close to a frequent password'],
  ['P@ssw0rd2026!', 'is close to a frequent password'],
  ['Welcome2026!!', ''],
  ['Winter2026!!', ''],
  ['iloveyou12345', 'is close to a frequent password'],
  ['Monday-Tuesday', ''],
  ['01.01.1990.01.01', ''],
  ['leukoscope2026', 'holds a name of the account or of this place'],
  ['hospital-2026', 'holds a name of the account or of this place'],
  ['amiller-amiller', ''],
  ['Ann.Miller.1990', ''],
])('refuses %s', async (password, why) => {
  expect(await passwordFault(password, names)).toMatch(
    new RegExp(`^password must be hard to guess. Received one that .*${why}`),
  );
});

test.each([
  'correct horse battery staple',
  'four random words of privacy',
  'kumquat ladle orbit',
  'T7#qLz!v9Rm2',
  'Ann Miller likes teal zeppelins',
])('takes %s', async (password) => {
  expect(await passwordFault(password, names)).toBeUndefined();
});

test('says in one sentence what must be, what was received and what to do', async () => {
  expect(await passwordFault('aaaaaaaaaaaa', [])).toBe(
    'password must be hard to guess. Received one that repeats one character. Use four random words, or a password manager.',
  );
});

test('reads no more than 40 characters: long ones would hold the server up', async () => {
  const strong = 'four random words of privacy';
  expect(await passwordFault('a'.repeat(40) + strong, names)).toMatch(/repeats one character/);
  expect(await passwordFault('a'.repeat(10) + strong, names)).toBeUndefined();
});
