/**
 * @file A folder of models: descriptions `NAME.json`, ONNX files `NAME.onnx` that hold their description, and
 * folders of training runs; with a card `NAME.md` beside them, or `card.md` in a run.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

/** One model. */
export interface ModelFile {
  readonly id: string;
  /** Its description, or the ONNX file that holds it. */
  readonly file: string;
  /** Where its card would lie. */
  readonly card: string;
}

/** What is being sent is no model yet. */
export const partialEnding = '.partial.onnx';

/** List the models of a folder by name; one that does not exist holds none. */
export function listModelFiles(folder: string): ModelFile[] {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { withFileTypes: true });
  const texts = entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.json'))
    .map(({ name }) => readFileSync(path.join(folder, name), 'utf8'));
  const found = entries.flatMap((entry): ModelFile[] => {
    const { name } = entry;
    if (entry.isDirectory()) return runFolder(folder, name);
    const id = name.replace(/\.(json|onnx)$/, '');
    // A network that a description names is a part of that model.
    const isPart =
      name.endsWith('.onnx') && texts.some((text) => text.includes(JSON.stringify(name)));
    if (id === name || name.endsWith(partialEnding) || isPart) return [];
    return [{ id, file: path.join(folder, name), card: path.join(folder, `${id}.md`) }];
  });
  // By name without ending: a variant "model-int8" comes after "model".
  return found.sort((a, b) => (a.id < b.id ? -1 : 1));
}

function runFolder(folder: string, id: string): ModelFile[] {
  for (const inside of ['best', '.']) {
    const own = path.join(folder, id, inside);
    const file = path.join(own, 'model.json');
    if (existsSync(file)) {
      const card = ['card.md', 'model.md'].map((name) => path.join(own, name));
      return [{ id, file, card: card.find((place) => existsSync(place)) ?? card[0]! }];
    }
  }
  return [];
}

/** Bytes of a description and every file of its folder that it names: models of several files share no name. */
export function sizeOfModel({ file }: ModelFile): number {
  const folder = path.dirname(file);
  const names = file.endsWith('.onnx') ? [path.basename(file)] : namedIn(file);
  return names.reduce((sum, name) => sum + statSync(path.join(folder, name)).size, 0);
}

function namedIn(file: string): string[] {
  const description = readFileSync(file, 'utf8');
  return readdirSync(path.dirname(file)).filter(
    (name) => name === path.basename(file) || description.includes(JSON.stringify(name)),
  );
}
