/**
 * Writes docs/guides/: each executed guide of notebooks/ as a page to read, with its words, code and results, and its
 * pictures in docs/guides/images/, byte by byte as the notebook has them.
 *
 *     node scripts/guide-pages.mjs [--check]
 *
 * With `--check` nothing is written, and a page that is out of date ends it with exit code 1.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";
import { Anchors } from "./api/anchors.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const target = join(root, "docs", "guides");

/**
 * @typedef {{ output_type: string, text?: string | string[], data?: Record<string, string | string[]> }} Output
 * @typedef {{ cell_type: string, source: string | string[], outputs?: Output[] }} Cell
 */

const joined = (/** @type {string | string[]} */ text) => (Array.isArray(text) ? text.join("") : text);
/** Terminal colours have no place on a page. */
const plain = (/** @type {string | string[]} */ text) => stripVTControlCharacters(joined(text)).trimEnd();
const fenced = (/** @type {string} */ language, /** @type {string} */ text) =>
  `\`\`\`${language}\n${text}\n\`\`\``;

/** Where the API pages have a name: `name` → `page.md#anchor`. */
function apiAnchors() {
  /** @type {Map<string, string>} */
  const anchors = new Map();
  const folder = join(root, "docs", "api");
  for (const page of readdirSync(folder)) {
    const own = new Anchors();
    for (const [, heading] of readFileSync(join(folder, page), "utf8").matchAll(/^#{1,3} (.+)$/gm)) {
      const anchor = own.next(heading);
      for (const [, name] of heading.matchAll(/`(\w+)`/g)) anchors.set(name, `${page}#${anchor}`);
    }
  }
  return anchors;
}

/** A link of a notebook as the page needs it: to another guide's page, to a notebook, to a file of the project. */
const relinked = (/** @type {string} */ markdown) =>
  markdown.replaceAll(/\]\(([^)\s:]+)\)/g, (_, path) => {
    if (/^guide-.*\.ipynb$/.test(path)) return `](${path.replace(/^guide-(.*)\.ipynb$/, "$1.md")})`;
    return path.startsWith("#") ? `](${path})` : `](../../notebooks/${path})`;
  });

/** What a figure or a diagram is, in a line: its title, else its words' first line. @param {Record<string, any>} data */
function pictureWords(data) {
  const title = data["application/vnd.plotly.v1+json"]?.layout?.title?.text;
  const words = title ?? plain(data["text/plain"] ?? "").split("\n", 1)[0];
  return words.replaceAll(/<br>/g, " ").replaceAll(/<[^>]*>|[[\]]/g, "") || "Figure";
}

/**
 * @param {Output} output
 * @param {string} notebook its link
 * @param {(bytes: Uint8Array) => string} keep takes a picture and returns its link
 */
function outputText({ text, data }, notebook, keep) {
  if (text !== undefined) return fenced("text", plain(text));
  if (!data) return "";
  if (data["image/png"]) {
    const bytes = Buffer.from(joined(data["image/png"]), "base64");
    return `![${pictureWords(data)}](${keep(bytes)})`;
  }
  if (data["application/vnd.jupyter.widget-view+json"])
    return `*Widgets, which move in the [notebook](${notebook}).*`;
  if (data["text/markdown"]) return relinked(joined(data["text/markdown"]).trimEnd());
  const words = plain(data["text/plain"] ?? "");
  return words && fenced("text", words);
}

/**
 * @param {string} name of the notebook
 * @param {Map<string, string>} anchors
 * @returns {Map<string, string | Uint8Array>} the page and its pictures, by their paths below docs/guides
 */
function filesOf(name, anchors) {
  const page = name.replace(/^guide-(.*)\.ipynb$/, "$1.md");
  /** @type {Map<string, string | Uint8Array>} */
  const files = new Map();
  const keep = (/** @type {Uint8Array} */ bytes) => {
    const path = `images/${page.replace(/\.md$/, "")}-${files.size + 1}.png`;
    files.set(path, bytes);
    return path;
  };
  const notebook = `../../notebooks/${name}`;
  const { cells } = JSON.parse(readFileSync(join(root, "notebooks", name), "utf8"));
  const [first, ...rest] = cells.flatMap((/** @type {Cell} */ { cell_type, source, outputs = [] }) =>
    cell_type === "markdown"
      ? [relinked(joined(source))]
      : [fenced("ts", joined(source)), ...outputs.map(output => outputText(output, notebook, keep))],
  );
  const code = cells.map((/** @type {Cell} */ { source }) => joined(source)).join("\n");
  const imported = [...code.matchAll(/import \{([^}]*)\} from "netspace"/g)].flatMap(([, names]) =>
    names.split(",").map(each => each.trim().replace(/^type /, "")),
  );
  const links = [...new Set(imported)]
    .sort((a, b) => a.localeCompare(b, "en"))
    .flatMap(each => (anchors.has(each) ? [`[\`${each}\`](../api/${anchors.get(each)})`] : []));
  const origin = `[All guides](../guides.md). This page is made from [${name}](${notebook}) by \`npm run docs\`; open that to run it.`;
  const [heading, ...opening] = first.split("\n");
  const parts = [heading, origin, opening.join("\n").trim(), ...rest, `In the API: ${links.join(", ")}`];
  return files.set(page, `${parts.filter(Boolean).join("\n\n")}\n`);
}

/** Writes the pages with their pictures, or only looks whether they are current. @returns the guides whose pages were not */
export function writeGuidePages({ check = false } = {}) {
  const anchors = apiAnchors();
  mkdirSync(join(target, "images"), { recursive: true });
  const guides = readdirSync(join(root, "notebooks")).filter(name => /^guide-.*\.ipynb$/.test(name));
  const files = guides.map(name => /** @type {const} */ ([name, filesOf(name, anchors)]));
  const pictures = new Set(files.flatMap(([, each]) => [...each.keys()]));
  const left = readdirSync(join(target, "images")).filter(name => !pictures.has(`images/${name}`));
  if (!check) for (const name of left) rmSync(join(target, "images", name));
  const stale = files
    .filter(([, each]) => {
      const old = [...each].filter(([path, content]) => {
        const file = join(target, path);
        return !existsSync(file) || !readFileSync(file).equals(Buffer.from(content));
      });
      if (!check) for (const [path, content] of old) writeFileSync(join(target, path), content);
      return old.length > 0;
    })
    .map(([name]) => name);
  return [...stale, ...left.map(name => `the picture ${name}`)];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const check = process.argv.includes("--check");
  const stale = writeGuidePages({ check });
  if (check && stale.length > 0) {
    console.error(`docs/guides is out of date with ${stale.join(", ")}; run "npm run docs" and commit`);
    process.exit(1);
  }
  console.log(stale.length === 0 ? "docs/guides is up to date" : `wrote the pages of ${stale.join(", ")}`);
}
