/** Escaping: text from data never becomes markup. */

const HTML: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** Text for HTML, XML and SVG, between tags and in quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, character => HTML[character] ?? character);
}

/** Text for Markdown, where HTML counts as well; line ends become spaces, so that no block begins. */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/[\\`*_[\]#|~$!]/g, "\\$&")
    .replace(/[&<>]/g, character => HTML[character] ?? character)
    .replace(/\s*[\r\n]+\s*/g, " ");
}

const LATEX: Record<string, string> = { "\\": "\\backslash ", "^": "\\hat{}", "~": "\\sim " };

/** Text for LaTeX's mathematics mode. */
export function escapeLatex(text: string): string {
  return text.replace(/[\\{}$%#_&^~]/g, character => LATEX[character] ?? `\\${character}`);
}
