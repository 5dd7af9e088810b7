/** The gallery: of each notebook of the paper and of architecture search its first picture, what it is and what came of it. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** @typedef {Record<string, any>} Bundle */

const groups = /** @type {const} */ ([
  ["Figures of “Designing Network Design Spaces”", /^fig\d/],
  ["Tables of the same paper", /^table\d/],
  ["Systems of architecture search", /^nas-\d/],
  ["Guides", /^guide-/],
  ["Other questions", /^(?!fig\d|table\d|nas-\d|guide-)/],
]);

const joined = (/** @type {string | string[]} */ text) => (Array.isArray(text) ? text.join("") : text);

/**
 * The page as Markdown.
 *
 * @param {string} root
 * @param {(name: string, bytes: Uint8Array) => void} keep writes a picture into the gallery's folder
 */
export function galleryMarkdown(root, keep) {
  const names = readdirSync(join(root, "notebooks")).filter(name => name.endsWith(".ipynb"));
  const byNumber = new Intl.Collator("en", { numeric: true });
  const parts = groups.map(([title, pattern]) => {
    const members = names.filter(name => pattern.test(name)).sort(byNumber.compare);
    return `## ${title}\n\n${members.map(name => entry(root, name, keep)).join("\n\n")}`;
  });
  return `# Gallery

Every notebook with the first picture it draws, as it was executed last. Open the notebook to change it; \`npm start\` makes
the report, in which all pictures are, live and with their claims.

${parts.join("\n\n")}
`;
}

/** @param {string} root @param {string} name @param {(name: string, bytes: Uint8Array) => void} keep */
function entry(root, name, keep) {
  const { cells } = JSON.parse(readFileSync(join(root, "notebooks", name), "utf8"));
  const words = cells.find((/** @type {Bundle} */ cell) => cell.cell_type === "markdown");
  const [, title = name] = /^#\s+(.+)$/m.exec(joined(words?.source ?? "")) ?? [];
  /** @type {Bundle[]} */
  const bundles = cells
    .flatMap((/** @type {Bundle} */ cell) => cell.outputs ?? [])
    .flatMap((/** @type {Bundle} */ { data }) => data ?? []);
  const summary = bundles.flatMap(bundle =>
    Object.values(bundle).flatMap(each => (Array.isArray(each?.claims) ? [String(each.summary)] : [])),
  )[0];
  const drawn = bundles.find(bundle => bundle["image/png"]);
  const link = `[${name}](../notebooks/${name})`;
  const heading = `### ${title}\n\n${summary ? `*${summary}.* ` : ""}${link}`;
  if (!drawn) return heading;
  const file = name.replace(/\.ipynb$/, ".png");
  keep(file, Buffer.from(joined(drawn["image/png"]), "base64"));
  const layout = drawn["application/vnd.plotly.v1+json"]?.layout;
  const said = layout?.title?.text ?? (joined(drawn["text/plain"] ?? "") || title);
  const alt = String(said)
    .replaceAll(/<[^>]*>/g, "")
    .replaceAll(/[[\]\s]+/g, " ")
    .slice(0, 300);
  return `${heading}\n\n![${alt}](gallery/${file})`;
}
