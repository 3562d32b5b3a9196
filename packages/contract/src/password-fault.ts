/**
 * @file Whether a new password would be guessed early, in the same words wherever it is asked: the server refuses by
 * it, and the page in which the password is typed says it before anything is sent.
 *
 * The estimator and its word lists (0.8 MB packed) are loaded when a password is first looked at.
 */
import type { ZxcvbnFactory } from '@zxcvbn-ts/core';

/** The estimator's best, of 0 to 4: more than 10^10 guesses, at our scrypt some eighty years of a core. */
const leastScore = 4;
/** What is hard to guess is so by then; and nobody keeps the server estimating. */
const signsRead = 40;

/** What a stranger would try first at this door. */
const houseWords = [
  'leukoscope',
  'leukocyte',
  'leukocytes',
  'laboratory',
  'hospital',
  'microscope',
];

/** Say what is wrong with a new password; undefined when it is hard to guess. `names`: of the account it is for. */
export async function passwordFault(
  password: string,
  names: readonly string[],
): Promise<string | undefined> {
  const { score, feedback } = (await loadEstimator()).check(password, wordsOf(names));
  if (score >= leastScore) return undefined;
  const why = reasons[feedback.warning ?? ''] ?? 'is made of parts that are guessed early';
  return `password must be hard to guess. Received one that ${why}. Use four random words, or a password manager.`;
}

/** By the estimator's own names of what it warns of. */
const reasons: Readonly<Record<string, string>> = {
  straightRow: 'is a row of neighbouring keys',
  keyPattern: 'is a short pattern of neighbouring keys',
  simpleRepeat: 'repeats one character',
  extendedRepeat: 'repeats the same part',
  sequences: 'is a sequence such as abc or 6543',
  recentYears: 'rests on a year',
  dates: 'rests on a date',
  topTen: 'is one of the ten most used passwords',
  topHundred: 'is one of the hundred most used passwords',
  common: 'is a frequent password',
  similarToCommon: 'is close to a frequent password',
  wordByItself: 'is little more than one word',
  namesByThemselves: 'is little more than a name',
  commonNames: 'is made of frequent names',
  userInputs: 'holds a name of the account or of this place',
};

/** Names whole, in their parts, and joined: "Ann Miller" is guessed as "miller" and "ann.miller" too. */
function wordsOf(names: readonly string[]): string[] {
  const words = names.flatMap((name) => {
    const parts = name.split(/[^\p{L}\p{N}]+/u);
    const joined = [parts, parts.toReversed()].flatMap((order) =>
      ['', '.', '-', '_'].map((sign) => order.join(sign)),
    );
    return [name, ...parts, ...joined];
  });
  return [...new Set([...words, ...houseWords].filter((word) => word.length > 2))];
}

let estimator: Promise<ZxcvbnFactory> | undefined;

function loadEstimator(): Promise<ZxcvbnFactory> {
  estimator ??= makeEstimator().catch((error: unknown) => {
    // A line that was down this time is not down for ever.
    estimator = undefined;
    throw error;
  });
  return estimator;
}

async function makeEstimator(): Promise<ZxcvbnFactory> {
  const [{ ZxcvbnFactory }, everywhere, english] = await Promise.all([
    import('@zxcvbn-ts/core'),
    import('@zxcvbn-ts/language-common'),
    import('@zxcvbn-ts/language-en'),
  ]);
  return new ZxcvbnFactory({
    graphs: everywhere.adjacencyGraphs,
    dictionary: { ...everywhere.dictionary, ...english.dictionary },
    maxLength: signsRead,
  });
}
