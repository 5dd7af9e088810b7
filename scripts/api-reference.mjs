/**
 * Writes docs/api/: every public name of `netspace`, its declaration and its docstring, one page an area.
 *
 *     node scripts/api-reference.mjs [--check]
 *
 * Reads the declarations that the compiler wrote to dist/src, so build first. With `--check` nothing is written, and
 * a page that is out of date ends it with exit code 1.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseSync } from "oxc-parser";

const root = fileURLToPath(new URL("..", import.meta.url));
const declarations = join(root, "dist", "src");
const target = join(root, "docs", "api");

/** The pages, in reading order: area of src/, title. */
const areas = [
  ["architectures", "Architectures"],
  ["networks", "Networks"],
  ["spaces", "Design spaces"],
  ["training", "Training"],
  ["trials", "Trials"],
  ["sweeps", "Sweeps"],
  ["search", "Search"],
  ["populations", "Populations"],
  ["tables", "Tables"],
  ["statistics", "Statistics"],
  ["replication", "Replication"],
  ["figures", "Figures"],
  ["onnx", "ONNX"],
  ["report", "Reports"],
];

/**
 * @typedef {{ names: string[], text: string, doc: string, kind: string }} Entry
 *   One declaration (or several that share a docstring): the names it declares, its source, its docstring.
 */

/** @type {Map<string, Entry[]>} */
const parsed = new Map();

/**
 * Everything a declaration file exports, by following its re-exports.
 *
 * @param {string} file
 * @returns {Entry[]}
 */
function exportsOf(file) {
  const known = parsed.get(file);
  if (known) return known;
  /** @type {Entry[]} */
  const entries = [];
  parsed.set(file, entries);
  const source = readFileSync(file, "utf8");
  const { program, comments } = parseSync(file, source);
  for (const node of program.body) {
    if (node.type === "ExportAllDeclaration") {
      entries.push(...exportsOf(resolve(file, node.source.value)));
    } else if (node.type === "ExportNamedDeclaration" && node.source) {
      const from = exportsOf(resolve(file, node.source.value));
      const wanted = new Set(node.specifiers.map(({ local }) => nameOf(local)));
      for (const entry of from) {
        const names = entry.names.filter(name => wanted.has(name));
        if (names.length > 0 && !entries.includes(entry)) entries.push({ ...entry, names });
      }
    } else if (node.type === "ExportNamedDeclaration" && node.declaration) {
      const comment = comments.findLast(
        ({ type, end }) =>
          type === "Block" && end <= node.start && source.slice(end, node.start).trim() === "",
      );
      const doc = comment?.value.startsWith("*") ? comment.value : "";
      const text = source.slice(node.start, node.end);
      const names = declaredNames(node.declaration);
      const last = entries.at(-1);
      // Overloads, and constants that follow a docstring of the group, belong to the entry before.
      if (doc === "" && last && (last.names.includes(names[0]) || last.kind === "VariableDeclaration")) {
        last.text += `\n${text}`;
        last.names.push(...names.filter(name => !last.names.includes(name)));
      } else {
        entries.push({ names, text, doc, kind: node.declaration.type });
      }
    }
  }
  return entries;
}

/** @param {any} node */
const nameOf = node => node.name ?? node.value;

/** @param {string} from @param {string} specifier */
const resolve = (from, specifier) => join(dirname(from), specifier.replace(/\.js$/, ".d.ts"));

/** @param {any} declaration @returns {string[]} */
const declaredNames = declaration =>
  declaration.type === "VariableDeclaration"
    ? declaration.declarations.map((/** @type {any} */ { id }) => nameOf(id))
    : [nameOf(declaration.id)];

/**
 * A docstring as Markdown: its text, then its parameters, errors and examples.
 *
 * @param {string} comment what stands between the comment's delimiters
 */
function docAsMarkdown(comment) {
  const lines = comment
    .replace(/^\*/, "")
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
    .replaceAll(/\{@link (\w+)\}/g, "`$1`");
}

/** A declaration as one writes it: without the words that only a declaration file needs. */
const signature = (/** @type {string} */ text) =>
  text
    .replaceAll(/^export (declare )?/gm, "")
    .replaceAll(/^\s*(#private;|private constructor\(.*\);|private .*)\n/gm, "")
    .replaceAll(/^( {4})+/gm, indent => " ".repeat(indent.length / 2));

/** @param {Entry} entry */
const section = ({ names, text, doc }) =>
  [
    `## ${names.map(name => `\`${name}\``).join(", ")}`,
    docAsMarkdown(doc),
    `\`\`\`ts\n${signature(text)}\n\`\`\``,
  ]
    .filter(Boolean)
    .join("\n\n");

/** Types come after the values and functions, each in the order of the area's index. */
const isType = (/** @type {Entry} */ { kind }) => /^TS(Interface|TypeAlias)/.test(kind);

/** The first sentence of a docstring. */
const summary = (/** @type {string} */ doc) =>
  docAsMarkdown(doc)
    .split(/(?<=\.)\s|\n\n/, 1)[0]
    .replaceAll("\n", " ")
    .replaceAll("|", "\\|");

const anchor = (/** @type {Entry} */ { names }) => names.map(name => name.toLowerCase()).join("-");

/** @type {Map<string, string>} */
const pages = new Map();
let index =
  '# API\n\nWhat `import … from "netspace"` offers, and each area by itself, as in `import … from "netspace/statistics"`; made from the docstrings by `npm run docs`.\n';
for (const [area, title] of areas) {
  const file = join(declarations, area, "index.d.ts");
  if (!existsSync(file)) continue;
  const entries = exportsOf(file);
  const values = entries.filter(entry => !isType(entry));
  const types = entries.filter(isType);
  const body = [...values, ...types].map(section).join("\n\n");
  pages.set(
    `${area}.md`,
    `# ${title}\n\n\`import … from "netspace/${area}"\` · [All areas](README.md)\n\n${body}\n`,
  );
  index += `\n## [${title}](${area}.md)\n\n| | |\n| --- | --- |\n`;
  for (const entry of values) {
    const { names } = entry;
    const shown = names.length > 4 ? [names[0], names[1], "…", names.at(-1)] : names;
    const label = shown.map(name => (name === "…" ? name : `\`${name}\``)).join(", ");
    index += `| [${label}](${area}.md#${anchor(entry)}) | ${summary(entry.doc)} |\n`;
  }
  if (types.length > 0) {
    const links = types.map(entry => `[\`${entry.names.join(", ")}\`](${area}.md#${anchor(entry)})`);
    index += `\nTypes: ${links.join(", ")}\n`;
  }
}
pages.set("README.md", index);

const check = process.argv.includes("--check");
const stale = [];
mkdirSync(target, { recursive: true });
for (const [name, text] of pages) {
  const file = join(target, name);
  if (existsSync(file) && readFileSync(file, "utf8") === text) continue;
  stale.push(`docs/api/${name}`);
  if (!check) writeFileSync(file, text);
}
if (check && stale.length > 0) {
  console.error(`out of date: ${stale.join(", ")}; run "npm run docs" and commit`);
  process.exit(1);
}
console.log(stale.length === 0 ? "docs/api is up to date" : `wrote ${stale.join(", ")}`);
