/** Links between the pages, and from them into the tree, lead to a file that is there and a heading that it has. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../..", import.meta.url));

const below = (folder: string) =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map(name =>
    join(root, folder, name),
  );
const pages = [
  ...readdirSync(root).map(name => join(root, name)),
  ...below("docs"),
  ...below("data"),
  join(root, "kernel/README.md"),
].filter(file => file.endsWith(".md") && existsSync(file));

const withoutCode = (text: string) => text.replaceAll(/^```.*?^```/gms, "").replaceAll(/`[^`\n]*`/g, "");

/** The anchors that GitHub and JupyterLab's preview give a page's headings. */
function anchorsOf(file: string): Set<string> {
  const text = readFileSync(file, "utf8").replaceAll(/^```.*?^```/gms, "");
  const seen = new Map<string, number>();
  const anchors = new Set<string>();
  for (const [, heading = ""] of text.matchAll(/^#+ (.*)$/gm)) {
    const slug = heading
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1")
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}_ -]/gu, "")
      .replaceAll(" ", "-");
    const times = seen.get(slug) ?? 0;
    seen.set(slug, times + 1);
    anchors.add(times === 0 ? slug : `${slug}-${times}`);
  }
  for (const [, id = ""] of text.matchAll(/<a (?:id|name)="([^"]+)"/g)) anchors.add(id);
  return anchors;
}

/** What is wrong with a page's links, a line each. */
function deadLinks(page: string): string[] {
  const text = withoutCode(readFileSync(page, "utf8"));
  const links = [
    ...[...text.matchAll(/\]\(([^()\s]+)(?: "[^"]*")?\)/g)].map(([, to = ""]) => to),
    ...[...text.matchAll(/(?:src|srcset|href)="([^"]+)"/g)].map(([, to = ""]) => to),
  ];
  return links
    .filter(to => !/^[a-z]+:/i.test(to))
    .flatMap(to => {
      const [path = "", anchor] = to.split("#");
      const file = path === "" ? page : resolve(dirname(page), decodeURIComponent(path));
      if (!existsSync(file)) return [`${relative(root, page)}: ${to} is not there`];
      if (anchor === undefined || !statSync(file).isFile() || !file.endsWith(".md")) return [];
      return anchorsOf(file).has(anchor) ? [] : [`${relative(root, page)}: ${to} names no heading`];
    });
}

test("links in README, docs and data lead to files and headings that are there", () => {
  assert.ok(pages.length > 50, `only ${pages.length} pages were found`);
  assert.deepEqual(pages.flatMap(deadLinks), []);
});

test("places in the docs that code and results name are there", () => {
  const files = ["src", "kernel", "native", "scripts", "bench", "test"]
    .flatMap(below)
    .filter(
      file =>
        /\.(ts|mts|mjs|js|cc|h|py|md|json)$/.test(file) &&
        !/node_modules|\/build\/|\/peers\/python\//.test(file),
    );
  const dead = files.flatMap(file =>
    [...readFileSync(file, "utf8").matchAll(/\bdocs\/([\w/-]+\.md)(?:#([\w-]+))?/g)]
      .filter(([, page = "", anchor]) => {
        const at = join(root, "docs", page);
        return !existsSync(at) || (anchor !== undefined && !anchorsOf(at).has(anchor));
      })
      .map(([place]) => `${relative(root, file)}: ${place}`),
  );
  assert.deepEqual(dead, []);
});

test("files that the pages name are there", () => {
  const files = ["src", "kernel", "native", "scripts", "bench", "test", "docs", "notebooks", "data"]
    .flatMap(below)
    .concat(readdirSync(root).map(name => join(root, name)))
    .map(file => `/${relative(root, file).split(sep).join("/")}`);
  const isThere = (place: string) => files.some(file => file.endsWith(`/${place.replace(/\/$/, "")}`));
  const dead = pages.flatMap(page =>
    [...readFileSync(page, "utf8").matchAll(/`([\w./-]+\.(?:ts|mjs|cc|h)|(?:src|kernel|test)\/[\w./-]+)`/g)]
      .map(([, place = ""]) => place)
      // `NAME` is one that is yet to be written, as are the modules that a user would sweep; builds make dist.
      .filter(
        place =>
          !/NAME|^(\.\/)?ghost\.ts$|^kernel\/dist$/.test(place) && !place.startsWith(".") && !isThere(place),
      )
      .map(place => `${relative(root, page)}: ${place}`),
  );
  assert.deepEqual(dead, []);
});

test("files that the pages name in code are there", () => {
  const named = pages
    .filter(page => !/[\\/]docs[\\/]api[\\/]/.test(page))
    .flatMap(page =>
      [
        ...readFileSync(page, "utf8").matchAll(
          /`((?:src|test|kernel|native|scripts|docs|bench|data|notebooks)\/[\w./-]+)`/g,
        ),
      ].map(([, path = ""]) => [relative(root, page), path] as const),
    );
  assert.ok(named.length > 100);
  // What is for the reader to name, and what building makes, is not there.
  const missing = named.filter(
    ([, path]) => !/\bNAME\b/.test(path) && !/\b(?:dist|build)\b/.test(path) && !existsSync(join(root, path)),
  );
  assert.deepEqual(missing, []);
});
