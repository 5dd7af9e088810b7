/**
 * Writes out/site/: the repository's Markdown as pages to read, with contents, a search and a gallery of all figures.
 *
 *     npm run site
 *
 * Needs the notebooks as they are executed and no network, and nothing of the site asks for one when it is read. Ends with exit
 * code 1, naming each, if a link leads nowhere.
 */
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { galleryMarkdown } from "./site/gallery.mjs";
import { anchorsIn, pageBody } from "./site/page-body.mjs";
import { pageHtml } from "./site/page-html.mjs";
import { contents, GALLERY, pageFiles } from "./site/pages.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));

/**
 * @typedef {{ file: string, address: string, title: string, body: string, texts: { anchor: string, heading: string, text: string }[] }} Page
 *   Its file in the repository, its address below the site, its body as HTML, and its words by heading, for the search.
 */

/** `docs/README.md` → `docs/index.html`, `docs/sweeps.md` → `docs/sweeps.html`. @param {string} file */
const addressOf = file => file.replace(/(^|\/)README\.md$/, "$1index.md").replace(/\.md$/, ".html");

/**
 * Writes the site.
 *
 * @param {string} out its folder, which is made anew
 * @returns {{ pages: number, dead: string[] }} how many pages there are, and links that lead nowhere
 */
export function writeSite(out) {
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  const files = pageFiles(root);
  const addresses = new Map([...files, GALLERY].map(file => [file, addressOf(file)]));
  /** @type {Set<string>} what pages link to that is no page */
  const others = new Set();
  /** @type {{ from: string, to: string, target: string, anchor: string }[]} */
  const links = [];
  const gallery = galleryMarkdown(root, (name, bytes) => {
    const file = join(out, "docs", "gallery", name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, bytes);
  });
  const pages = [...files, GALLERY].map(file => {
    const markdown = file === GALLERY ? gallery : readFileSync(join(root, file), "utf8");
    /** @param {string} to the address in a link of this page */
    const relink = to => {
      if (/^[a-z]+:/i.test(to)) return to;
      const [path = "", anchor = ""] = to.split("#");
      let target = path === "" ? file : join(dirname(file), decodeURIComponent(path));
      target = target.replace(/\/$/, "");
      if (addresses.has(join(target, "README.md"))) target = join(target, "README.md");
      links.push({ from: file, to, target, anchor });
      const page = addresses.get(target);
      const suffix = anchor && `#${anchor}`;
      const here = dirname(addressOf(file));
      if (page) return (path === "" ? "" : relative(here, page)) + suffix;
      if (target.startsWith("docs/gallery/")) return relative(here, target);
      if (!existsSync(join(root, target)) || statSync(join(root, target)).isDirectory()) return undefined;
      others.add(target);
      return relative(here, copyOf(target));
    };
    return { file, address: addressOf(file), ...pageBody(markdown, relink) };
  });
  for (const page of pages) {
    const file = join(out, page.address);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, pageHtml(page, contents(pages)));
  }
  for (const file of others) {
    const copy = join(out, copyOf(file));
    mkdirSync(dirname(copy), { recursive: true });
    copyFileSync(join(root, file), copy);
  }
  writeAssets(out, pages);
  return { pages: pages.length, dead: deadLinks(pages, links) };
}

/** Sources are shown by every browser as text. @param {string} file */
const copyOf = file =>
  /\.(?:ts|mjs|cc|h|py|lock|cff)$|\/LICENSE$|^LICENSE$/.test(file) ? `${file}.txt` : file;

/** The style, the script, the index of the search and the fonts. @param {string} out @param {Page[]} pages */
function writeAssets(out, pages) {
  const assets = join(out, "assets");
  mkdirSync(assets);
  for (const name of ["style.css", "search.js"]) {
    copyFileSync(join(root, "scripts/site", name), join(assets, name));
  }
  for (const style of ["400Regular", "700Bold"]) {
    const file = `OpenSans_${style}.ttf`;
    copyFileSync(join(root, "node_modules/@expo-google-fonts/open-sans", style, file), join(assets, file));
  }
  const index = pages.flatMap(({ address, title, texts }) =>
    texts.map(({ anchor, heading, text }) => [
      anchor ? `${address}#${anchor}` : address,
      title,
      heading,
      text.slice(0, 4000),
    ]),
  );
  writeFileSync(join(assets, "search-index.js"), `globalThis.siteIndex = ${JSON.stringify(index)};\n`);
}

/**
 * @param {Page[]} pages
 * @param {{ from: string, to: string, target: string, anchor: string }[]} links
 */
function deadLinks(pages, links) {
  const anchors = new Map(pages.map(({ file, body }) => [file, anchorsIn(body)]));
  return links.flatMap(({ from, to, target, anchor }) => {
    const known = anchors.get(target);
    if (!known) {
      const isThere = target.startsWith("docs/gallery/") || existsSync(join(root, target));
      return isThere ? [] : [`${from}: ${to} is not there`];
    }
    return anchor === "" || known.has(decodeURIComponent(anchor)) ? [] : [`${from}: ${to} names no heading`];
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const begun = performance.now();
  const out = join(root, "out", "site");
  const { pages, dead } = writeSite(out);
  for (const line of dead) console.error(`✗ ${line}`);
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  console.log(`${pages} pages in ${seconds} s: ${join("out", "site", "index.html")}`);
  if (dead.length > 0) process.exitCode = 1;
}
