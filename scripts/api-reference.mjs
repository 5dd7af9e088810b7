/**
 * Writes docs/api/: every public name of `netspace`, its declaration and its docstring, one page an area, grouped by use.
 *
 *     node scripts/api-reference.mjs [--check]
 *
 * Reads the declarations that the compiler wrote to dist/src, so build first. Groups are the `// ## ` headings of each
 * area's index.ts, in its order. With `--check` nothing is written, and a page that is out of date ends it with exit code 1.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Anchors } from "./api/anchors.mjs";
import { docAsMarkdown, summaryOf } from "./api/docstrings.mjs";
import { groupsOf, problemsOf } from "./api/groups.mjs";
import { Declarations } from "./api/declarations.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const declared = join(root, "dist", "src");
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

/** @typedef {import("./api/declarations.mjs").Entry} Entry */
/** @typedef {{ heading: string, entries: Entry[] }} Section */

const declarations = new Declarations();
/** @type {Map<string, Section[]>} */
const sections = new Map();
/** @type {string[]} */
const problems = [];
for (const [area] of areas) {
  const entries = declarations.exportsOf(join(declared, area, "index.d.ts"));
  const groups = groupsOf(join(root, "src", area, "index.ts"));
  problems.push(...problemsOf(`src/${area}/index.ts`, groups, entries));
  sections.set(
    area,
    groups.headed.map(({ heading, names }) => {
      const place = (/** @type {Entry} */ entry) =>
        Math.min(...entry.names.map(name => names.indexOf(name)).filter(i => i >= 0));
      const own = entries.filter(entry => entry.names.some(name => names.includes(name)));
      // Types come after the values and functions, each in the order of the index.
      const inOrder = own.sort((a, b) => Number(isType(a)) - Number(isType(b)) || place(a) - place(b));
      return { heading, entries: inOrder };
    }),
  );
}
if (problems.length > 0) {
  console.error(problems.join("\n"));
  process.exit(1);
}

/** Where each group and each declaration stands on its page. @type {Map<object, string>} */
const anchors = new Map();
for (const [area, title] of areas) {
  const page = new Anchors();
  page.next(title);
  for (const section of sections.get(area) ?? []) {
    anchors.set(section, page.next(section.heading));
    for (const entry of section.entries) {
      const anchor = page.next(entry.names.join(" "));
      anchors.set(entry, anchor);
      declarations.publish(entry, `${area}.md#${anchor}`);
    }
  }
}

/** @param {Entry} entry */
function isType({ kind }) {
  return /^TS(Interface|TypeAlias)/.test(kind);
}

/** @param {string} page @param {Entry} entry */
function entryAsMarkdown(page, entry) {
  const { text, used, hidden } = declarations.shown(entry);
  const here = (/** @type {string} */ place) => place.replace(`${page}#`, "#");
  const links = used.map(({ name, place }) => `[\`${name}\`](${here(place)})`);
  return [
    `### ${entry.names.map(name => `\`${name}\``).join(", ")}`,
    docAsMarkdown(entry.doc, name => here(declarations.placeOf(name) ?? "")),
    `\`\`\`ts\n${[text, ...hidden].join("\n\n")}\n\`\`\``,
    links.length > 0 && `Types: ${links.join(", ")}`,
  ]
    .filter(Boolean)
    .join("\n\n");
}

/** @type {Map<string, string>} */
const pages = new Map();
let index =
  '# API\n\nWhat `import … from "netspace"` offers, and each area by itself, as in `import … from "netspace/statistics"`; made from the docstrings by `npm run docs`.\n';
for (const [area, title] of areas) {
  const page = `${area}.md`;
  const groups = /** @type {Section[]} */ (sections.get(area));
  const contents = groups.map(group => `[${group.heading}](#${anchors.get(group)})`).join(" · ");
  const body = groups
    .map(({ heading, entries }) =>
      [`## ${heading}`, ...entries.map(entry => entryAsMarkdown(page, entry))].join("\n\n"),
    )
    .join("\n\n");
  pages.set(
    page,
    `# ${title}\n\n\`import … from "netspace/${area}"\` · [All areas](README.md)\n\n${contents}\n\n${body}\n`,
  );
  index += `\n## [${title}](${page})\n\n| | |\n| --- | --- |\n`;
  for (const group of groups) {
    index += `| **[${group.heading}](${page}#${anchors.get(group)})** | |\n`;
    for (const entry of group.entries.filter(each => !isType(each))) {
      const { names } = entry;
      const shown = names.length > 4 ? [names[0], names[1], "…", names.at(-1)] : names;
      const label = shown.map(name => (name === "…" ? name : `\`${name}\``)).join(", ");
      index += `| [${label}](${page}#${anchors.get(entry)}) | ${summaryOf(entry.doc)} |\n`;
    }
  }
  const types = groups.flatMap(({ entries }) => entries.filter(isType));
  if (types.length > 0) {
    const links = types.map(entry => `[\`${entry.names.join(", ")}\`](${page}#${anchors.get(entry)})`);
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
