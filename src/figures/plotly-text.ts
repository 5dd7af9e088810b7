/**
 * Text in Plotly figures: what Plotly reads as its markup (`<b>`, `<a>`, entities, TeX between dollar signs, `%{x}` in hover
 * texts), and how text from data is none of it.
 */

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  $: "&#36;",
  "%": "&#37;",
};

/** Text for a name, a title or a hover text, in which nothing is markup. */
export const plotlyText = (text: string): string => text.replace(/[&<>$]|%(?=\{)/g, c => entities[c]);

const characters = new Map(Object.entries(entities).map(([character, entity]) => [entity, character]));

/** Plotly's markup as plain words; its line breaks become spaces. */
export const plainText = (markup: string): string =>
  markup
    .replaceAll(/<br\s*\/?>/gi, " ")
    .replaceAll(/<[^>]*>/g, "")
    .replaceAll(/&(?:\w+|#\d+);/g, entity => characters.get(entity) ?? entity);
