/** Markdown that shows itself in notebooks. */
import { escapeMarkdown, markdownAddress } from "./escape-markdown.js";
import { say } from "./say.js";

/** Words as a value: a notebook shows them set, everything else as plain text. */
export class Markdown {
  /** Markdown as it is: use the `markdown` tag for text from data. */
  readonly text: string;
  readonly #plain: string;

  /** @param plain the words for places that show no Markdown; default the Markdown itself */
  constructor(text: string, plain: string = text) {
    this.text = text;
    this.#plain = plain;
  }
  toString(): string {
    return this.#plain;
  }
  [Symbol.for("Jupyter.display")](): Record<string, string> {
    return { "text/markdown": this.text, "text/plain": this.#plain };
  }
}

/**
 * A template string as Markdown: the words of a notebook's verdict, with numbers and names from the data in them. The
 * template is markup, what is put into it is text, unless it is `Markdown` itself; lists are put in item by item.
 */
export function markdown(template: TemplateStringsArray, ...values: readonly unknown[]): Markdown {
  if (!Array.isArray(template) || !Array.isArray(template.raw)) {
    throw new RangeError(
      `markdown: expected a template string, markdown\`…\`, got ${say(template)}; new Markdown(text) takes a text`,
    );
  }
  const { raw } = template;
  const filled = (part: (value: unknown, before: string) => string) =>
    raw.reduce((before, after, i) => {
      const list = [values[i - 1]].flat(Infinity);
      return before + list.map(value => part(value, before)).join("") + after;
    });
  const escaped = (value: unknown, before: string) => {
    if (value instanceof Markdown) return value.text;
    return /\]\(\s*<?$|<$/.test(before) ? markdownAddress(text(value)) : escapeMarkdown(text(value));
  };
  return new Markdown(filled(escaped), filled(text));
}

/** A value as text; an object without a prototype has none of its own. */
const text = (value: unknown): string =>
  typeof value === "object" && value !== null && !("toString" in value) ? say(value) : String(value);
