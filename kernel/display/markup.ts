/**
 * Values that are markup: `html`, `md`, `latex` and `svg`, as functions and as tagged templates.
 *
 * Called with a string, that string is the markup. As a tag, the template is markup, and what is put into it is
 * data: it is escaped, unless it is markup of the same kind itself.
 */

import { escapeHtml, escapeLatex, escapeMarkdown, safeAddress } from "./escape.js";
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
    return { [this.type]: typeset(this.type, this.source), "text/plain": this.source };
  }

  toString(): string {
    return this.source;
  }
}

/** What front ends find formulas by: dollar signs, `\(`, `\[`, and environments. */
const DELIMITED = /\$|\\[([]|\\begin\{/;

/** Markup as front ends take it: LaTeX without any delimiter is one formula, and would be shown as it is typed. */
const typeset = (type: string, source: string): string =>
  type === "text/latex" && !DELIMITED.test(source) ? `$\\displaystyle ${source}$` : source;

/** Makes markup from a string, or as a template's tag. */
export interface MarkupFunction {
  /** The text is markup as it stands: use the tagged template for text from data. */
  (markup: string): Markup;
  /** The template is markup; what is put into it is escaped, arrays item by item. */
  (template: TemplateStringsArray, ...values: unknown[]): Markup;
}

const textOf = (value: unknown): string => String(value);

/** Text as it is escaped after the part of the template that stands before it. */
type Escape = (text: string, before: string) => string;

function markupFunction(type: string, escape: Escape, raw = false): MarkupFunction {
  const fragment = (value: unknown, before: string): string => {
    if (value instanceof Markup && value.type === type) return value.source;
    if (Array.isArray(value)) return value.map(item => fragment(item, before)).join("");
    return value === undefined || value === null ? "" : escape(textOf(value), before);
  };
  return (template: TemplateStringsArray | string, ...values: unknown[]) => {
    if (typeof template === "string") return new Markup(type, template);
    const texts = raw ? template.raw : template;
    let source = "";
    for (const [i, text] of texts.entries()) {
      source += text;
      if (i < values.length) source += fragment(values[i], source);
    }
    return new Markup(type, source);
  };
}

/** Attributes that hold addresses. */
const ADDRESS = /\s(?:href|src|xlink:href|action|formaction|data|poster|cite|background)\s*=\s*["']?$/i;

/** Inside a tag: the part of it that has been written, else nothing. */
function openTag(before: string): string | undefined {
  const tag = before.slice(before.lastIndexOf("<"));
  return /^<[a-z]/i.test(tag) && !tag.replace(/"[^"]*"|'[^']*'/g, "").includes(">") ? tag : undefined;
}

/** In a script's text, or in an attribute that is one or a page of its own. */
function isCode(before: string, tag: string | undefined): boolean {
  if (tag !== undefined) return /\s(?:on\w+|srcdoc)\s*=\s*(?:"[^"]*|'[^']*)?$/i.test(tag);
  return /<script\b/i.test(before) && /<script\b(?:(?!<\/script)[\s\S])*$/i.test(before);
}

/** A value in HTML: between tags, in an attribute with quotes or without, or as an address. */
function inHtml(text: string, before: string): string {
  const tag = openTag(before);
  if (isCode(before, tag) && !/^[\w.+-]*$/.test(text)) {
    throw new TypeError(
      `html: expected no text where it would be code, in a script or a handler, got ${JSON.stringify(text.slice(0, 80))}; put it into a data- attribute and read it from there, or call html(markup) for markup as it stands`,
    );
  }
  if (tag === undefined) return escapeHtml(text);
  const escaped = escapeHtml(ADDRESS.test(tag) ? safeAddress(text) : text);
  // Without quotes a space would end the attribute, and what follows would be one more.
  return /=\s*$/.test(tag) ? escaped.replace(/[\s=`/]/g, c => `&#${c.charCodeAt(0)};`) : escaped;
}

/** Where Markdown has the address of a link: after its words, between angle brackets, in a definition. */
const MARKDOWN_ADDRESS = /(?:\]\(\s*<?|(?:^|[^\\])<|^ {0,3}\[[^\]\n]+\]:\s*<?)$/m;

/** A value in Markdown: in the words, in an HTML tag, or as the address of a link. */
function inMarkdown(text: string, before: string): string {
  if (openTag(before) !== undefined) return inHtml(text, before);
  if (!MARKDOWN_ADDRESS.test(before)) return escapeMarkdown(text);
  return safeAddress(text).replace(/[\s()<>\\"'`[\]|$&]/g, c => (c === "&" ? "&amp;" : percent(c)));
}

const percent = (character: string): string =>
  [...new TextEncoder().encode(character)]
    .map(byte => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`)
    .join("");

/** HTML: `` html`<b>${name}</b>` ``. */
export const html: MarkupFunction = markupFunction("text/html", inHtml);

/** Markdown: `` md`**${name}** has ${count} stages` ``. */
export const md: MarkupFunction = markupFunction("text/markdown", inMarkdown);

/** SVG: `` svg`<svg …>${marks}</svg>` ``. */
export const svg: MarkupFunction = markupFunction("image/svg+xml", inHtml);

/** LaTeX, one formula or text with formulas between dollar signs; backslashes need no doubling: `` latex`\frac{1}{${n}}` ``. */
export const latex: MarkupFunction = markupFunction("text/latex", escapeLatex, true);
