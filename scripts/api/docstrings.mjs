/** Docstrings as Markdown. */

/**
 * A docstring as Markdown: its text, then its parameters, errors and examples.
 *
 * @param {string} comment what stands between the comment's delimiters
 * @param {(name: string) => string} placeOf where a public name stands; empty for what is none
 */
export function docAsMarkdown(comment, placeOf = () => "") {
  const lines = comment
    .replace(/^\*\s?/, "")
    .split("\n")
    .map(line => line.replace(/^\s*\* ?/, "").trimEnd());
  const [text, ...tags] = lines
    .join("\n")
    .split(/^@(?=[a-z])/m)
    .map(part => part.trim());
  const listed = tags.flatMap(tag => {
    const [, kind, rest] = /^(\w+)\s*(.*)$/s.exec(tag) ?? [];
    const oneLine = rest?.replaceAll(/\s*\n\s*/g, " ");
    if (kind === "param") return [`- ${oneLine.replace(/^(\S+)/, "`$1`:")}`];
    if (kind === "returns") return [`- Returns ${oneLine}`];
    if (kind === "throws") return [`- Throws ${oneLine.replace(/^(\w+Error)/, "`$1`")}`];
    return [];
  });
  const examples = tags.flatMap(tag =>
    tag.startsWith("example") ? [tag.slice("example".length).trim()] : [],
  );
  // `{@link name}` is an editor's syntax.
  return [text, listed.join("\n"), ...examples]
    .filter(Boolean)
    .join("\n\n")
    .replaceAll(/\{@link (\w+)\}/g, (_, name) => {
      const place = placeOf(name);
      return place ? `[\`${name}\`](${place})` : `\`${name}\``;
    });
}

/** The first sentence of a docstring. @param {string} doc */
export const summaryOf = doc =>
  docAsMarkdown(doc)
    .split(/(?<=\.)\s|\n\n/, 1)[0]
    .replaceAll("\n", " ")
    .replaceAll("|", "\\|");
