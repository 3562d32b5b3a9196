/** @file An answer that is JSON already: of thousands of things, made slice by slice. */

/** JSON that fits the endpoint's answer. */
export class JsonText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}
