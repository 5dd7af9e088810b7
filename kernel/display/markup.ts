/**
 * Values that are markup: `html`, `md`, `latex` and `svg`, as functions and as tagged templates.
 *
 * Called with a string, that string is the markup. As a tag, the template is markup, and what is put into it is
 * data: it is escaped, unless it is markup of the same kind itself.
 */

import { escapeHtml, escapeLatex, escapeMarkdown } from "./escape.js";
import { DISPLAY } from "./to-bundle.js";

/** Markup that shows itself. */
export class Markup {
  /** Its MIME type. */
  readonly type: string;
  /** The markup. */
  readonly source: string;

  constructor(type: string, source: string) {
    this.type = type;
    this.source = source;
  }

  /** For front ends; other tools read the source as text. */
  [DISPLAY](): Record<string, string> {
    return { [this.type]: this.source, "text/plain": this.source };
  }

  toString(): string {
    return this.source;
  }
}

/** Makes markup from a string, or as a template's tag. */
export interface MarkupFunction {
  /** The text is markup as it stands: use the tagged template for text from data. */
  (markup: string): Markup;
  /** The template is markup; what is put into it is escaped, arrays item by item. */
  (template: TemplateStringsArray, ...values: unknown[]): Markup;
}

const textOf = (value: unknown): string => String(value);

function markupFunction(type: string, escape: (text: string) => string, raw = false): MarkupFunction {
  const fragment = (value: unknown): string => {
    if (value instanceof Markup && value.type === type) return value.source;
    if (Array.isArray(value)) return value.map(fragment).join("");
    return value === undefined || value === null ? "" : escape(textOf(value));
  };
  return (template: TemplateStringsArray | string, ...values: unknown[]) => {
    if (typeof template === "string") return new Markup(type, template);
    const texts = raw ? template.raw : template;
    const source = texts.map((text, i) => text + (i < values.length ? fragment(values[i]) : "")).join("");
    return new Markup(type, source);
  };
}

/** HTML: `` html`<b>${name}</b>` ``. */
export const html: MarkupFunction = markupFunction("text/html", escapeHtml);

/** Markdown: `` md`**${name}** has ${count} stages` ``. */
export const md: MarkupFunction = markupFunction("text/markdown", escapeMarkdown);

/** SVG: `` svg`<svg …>${marks}</svg>` ``. */
export const svg: MarkupFunction = markupFunction("image/svg+xml", escapeHtml);

/** LaTeX, with its dollar signs; backslashes need no doubling: `` latex`$\frac{1}{${n}}$` ``. */
export const latex: MarkupFunction = markupFunction("text/latex", escapeLatex, true);
