/**
 * Text for Markdown, in which HTML counts as well, and formulas for the pages that show it (MathJax in JupyterLab and
 * nbconvert's HTML, GitHub's own).
 */

/** What Markdown or HTML would read wherever it is. */
const anywhere: Readonly<Record<string, string>> = {
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
const special = /:(?=\/\/)|(?<=www)\.|(?<=\w)@(?=\w)|[&<>$\\`*[\]|~#]|(?<!\w)_|_(?!\w)|!$/gi;

/** Text in which nothing is markup; line ends become spaces, so that no block begins. */
export const escapeMarkdown = (text: string): string =>
  text
    .replace(/\s*[\r\n]+\s*/g, " ")
    .replace(/^\s+/, " ")
    .replace(special, c => anywhere[c] ?? (/[:.@]/.test(c) ? `&#${c.charCodeAt(0)};` : `\\${c}`))
    // What begins a list, a rule or makes the line before a heading, at the start of a line.
    .replace(/^(\s?)(=|[-+](?=\s|$)|--)/, "$1\\$2")
    .replace(/^(\s?\d+)([.)])(?=\s|$)/, "$1\\$2");

/** A link's address in Markdown: of a page, of mail, or next to the document. Any other scheme leads nowhere. */
export function markdownAddress(address: string): string {
  // Browsers pass over white space and control characters in front of and within a scheme.
  // oxlint-disable-next-line no-control-regex
  const read = address.replaceAll(/[\u0000-\u0020\u007F-\u00A0]/g, "");
  if (!/^(?:https?|mailto):/i.test(read) && /^[^/?#]*:/.test(read)) return "about:blank";
  return address.replaceAll(/[\s()<>\\"'`[\]|$&]/g, c => (c === "&" ? "&amp;" : percent(c)));
}

const percent = (character: string): string =>
  [...new TextEncoder().encode(character)]
    .map(byte => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`)
    .join("");
