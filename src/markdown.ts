/** Words as a value: a notebook shows them set, everything else as plain text. */
export class Markdown {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
  toString(): string {
    return this.text;
  }
  [Symbol.for("Jupyter.display")](): Record<string, string> {
    return { "text/markdown": this.text, "text/plain": this.text };
  }
}

/** A template string as Markdown: the words of a notebook's verdict, with numbers from the data in them. */
export const markdown = (parts: TemplateStringsArray, ...values: unknown[]): Markdown =>
  new Markdown(String.raw({ raw: parts }, ...values.map(String)));
