/** Text for HTML, XML and SVG, between tags and in quoted attributes. */

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text in which nothing is markup. */
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, c => entities[c]);
