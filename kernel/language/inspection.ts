/** Inspection: the language server's hover and signature help to Jupyter's bundles. */

import type { MimeBundle } from "../display/bundle.js";
import { type LspPosition, lspOffset } from "./positions.js";

/** A hover's contents. */
export interface Hover {
  contents: Markup;
}

/** The signatures of the call around the cursor. */
export interface SignatureHelp {
  signatures: {
    label: string;
    documentation?: Markup;
    parameters?: { label: string | [number, number]; documentation?: Markup }[];
  }[];
  activeSignature?: number;
  activeParameter?: number;
}

/** Where a name is declared. */
export interface Declaration {
  targetUri: string;
  targetRange: { start: LspPosition; end: LspPosition };
}

/** Text that the server writes. */
export type Markup = string | { value: string };

/** Declarations with more lines than this are cut. */
const MAX_LINES = 100;

/** What the server says of a name it does not know. */
const UNKNOWN = /^```typescript\nany\n```\s*$/;

/** Markdown of a hover, without what only concerns the modules that cells are to the server. */
export function hoverText({ contents }: Hover): string | undefined {
  const text = markup(contents);
  if (UNKNOWN.test(text)) return undefined;
  return text
    .replace(/^\(alias\) /gm, "")
    .replace(/^import [\p{ID_Continue}$]+\n(?=```)/mu, "")
    .trimEnd();
}

/** Markdown of the signature that applies, and of the parameter whose turn it is. */
export function signatureText(help: SignatureHelp): string | undefined {
  const { signatures, activeSignature = 0, activeParameter = 0 } = help;
  const signature = signatures[activeSignature] ?? signatures[0];
  if (!signature) return undefined;
  const { label, documentation, parameters = [] } = signature;
  const parts = [fenced(label)];
  if (signatures.length > 1) parts.push(`(one of ${signatures.length} signatures)`);
  const parameter = parameters[activeParameter];
  if (parameter?.documentation) {
    const name = typeof parameter.label === "string" ? parameter.label : label.slice(...parameter.label);
    parts.push(`*\`${name}\`*: ${markup(parameter.documentation)}`);
  }
  if (documentation) parts.push(markup(documentation));
  return parts.join("\n\n");
}

/** Markdown of a declaration's source, with its documentation left out: that was said. */
export function declarationText(text: string, { targetRange: { start, end } }: Declaration): string {
  const from = lspOffset(text, start);
  const lines = text.slice(from, lspOffset(text, end)).split("\n");
  // What is indented in its file begins at the margin here.
  const indent = /^[ \t]*/.exec(text.slice(from - start.character))?.[0].length ?? 0;
  const margin = new RegExp(`^[ \\t]{0,${Math.min(indent, start.character)}}`);
  const shown = lines.slice(0, MAX_LINES).map((line, i) => (i === 0 ? line : line.replace(margin, "")));
  if (lines.length > MAX_LINES) shown.push(`// … ${lines.length - MAX_LINES} more lines`);
  return fenced(shown.join("\n"));
}

/** Text of the server, without links that lead nowhere in a notebook. */
export function markup(text: Markup): string {
  return (typeof text === "string" ? text : text.value).replace(/\[([^\]\n]*)\]\(file:[^)\s]*\)/g, "$1");
}

/** The source goes between longer marks than it contains. */
function fenced(source: string): string {
  const mark = source.includes("```") ? "````" : "```";
  return `${mark}typescript\n${source}\n${mark}`;
}

/** The bundle a front end shows. */
export function inspectionBundle(markdown: string): MimeBundle {
  const plain = markdown.replace(/^```[`\w]*(?:\n|$)/gm, "").trim();
  return { "text/plain": plain, "text/markdown": markdown };
}
