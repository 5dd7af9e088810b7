/** Escaping: text from data never becomes markup. */

const HTML: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** Text for HTML, XML and SVG, between tags and in quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, character => HTML[character] ?? character);
}

const MARKDOWN: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  // Formulas are looked for in the page's text, after Markdown is done: an element of its own keeps a delimiter from
  // meeting what would complete it, as a backslash before it does not.
  $: "<span>&#36;</span>",
  "\\": "<span>&#92;</span>",
};

/**
 * Addresses, which are links by themselves in GitHub's Markdown, and what Markdown reads; an underscore inside a word is
 * no emphasis.
 */
const SPECIAL = /:(?=\/\/)|(?<=www)\.|(?<=\w)@(?=\w)|[&<>$\\`*[\]|~#]|(?<!\w)_|_(?!\w)|!$/gi;

/** Text for Markdown, where HTML and formulas count as well; line ends become spaces, so that no block begins. */
export function escapeMarkdown(text: string): string {
  return (
    text
      .replace(/\s*[\r\n]+\s*/g, " ")
      .replace(/^\s+/, " ")
      .replace(SPECIAL, c => MARKDOWN[c] ?? (/[:.@]/.test(c) ? `&#${c.charCodeAt(0)};` : `\\${c}`))
      // What begins a list, a rule or makes the line before a heading, at the start of a line.
      .replace(/^(\s?)(=|[-+](?=\s|$)|--)/, "$1\\$2")
      .replace(/^(\s?\d+)([.)])(?=\s|$)/, "$1\\$2")
  );
}

/** What an address in a link or a source may begin with; what names no scheme lies beside the page. */
const SCHEMES = /^(?:https?|mailto|tel|blob):|^data:image\/(?:png|jpeg|gif|webp|svg\+xml)[;,]/i;

/** An address that runs nothing: one with another scheme, such as `javascript:`, leads nowhere. */
export function safeAddress(address: string): string {
  // Browsers pass over white space and control characters in front of and within a scheme.
  // oxlint-disable-next-line no-control-regex
  const read = address.replace(/[\u0000-\u0020\u007F-\u00A0]/g, "");
  return SCHEMES.test(read) || !/^[^/?#]*:/.test(read) ? address : "about:blank";
}

const LATEX: Record<string, string> = { "\\": "\\backslash ", "^": "\\hat{}", "~": "\\sim " };

/** Text for LaTeX's mathematics mode. */
export function escapeLatex(text: string): string {
  return text.replace(/[\\{}$%#_&^~]/g, character => LATEX[character] ?? `\\${character}`);
}
