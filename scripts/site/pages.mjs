/** Which files of the repository are pages, and in which order the site's contents have them. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** The page that the site makes of the notebooks. */
export const GALLERY = join("docs", "gallery.md");

/** Groups of the contents, and their pages; a folder stands for all pages in it that are in no other group. */
const groups = /** @type {const} */ ([
  [
    "Begin",
    [
      "README.md",
      "docs/installation.md",
      "docs/guides.md",
      GALLERY,
      "docs/phrasebook.md",
      "docs/glossary.md",
    ],
  ],
  ["Guides", ["docs/guides/"]],
  [
    "Notebooks",
    [
      "docs/kernel.md",
      "docs/magics.md",
      "docs/widgets.md",
      "docs/debugger.md",
      "docs/troubleshooting.md",
      "kernel/README.md",
    ],
  ],
  ["Networks", ["docs/networks.md", "docs/scaling.md"]],
  ["Training", ["docs/engines.md", "docs/gpu.md", "docs/sweeps.md"]],
  ["Search", ["docs/search.md", "docs/weight-sharing.md"]],
  [
    "Statistics and verdicts",
    ["docs/statistics.md", "docs/verdicts.md", "docs/replication.md", "data/README.md"],
  ],
  ["API", ["docs/api/README.md", "docs/api/"]],
  [
    "The project",
    [
      "docs/README.md",
      "docs/architecture.md",
      "docs/contributing.md",
      "CONTRIBUTING.md",
      "CHANGELOG.md",
      "docs/ISSUE_TEMPLATE.md",
    ],
  ],
  ["Design decisions", ["docs/design/README.md", "docs/design/"]],
  ["Measurements", ["bench/results/"]],
]);

/** Every page's file. @param {string} root */
export function pageFiles(root) {
  const folders = ["docs", "docs/guides", "docs/api", "docs/design", "data", "bench/results"];
  const found = folders.flatMap(folder =>
    readdirSync(join(root, folder))
      .filter(name => name.endsWith(".md"))
      .map(name => `${folder}/${name}`),
  );
  const above = readdirSync(root).filter(name => name.endsWith(".md"));
  return [...above, ...found, "kernel/README.md"].filter(file => existsSync(join(root, file)));
}

/**
 * The groups with their pages.
 *
 * @template {{ file: string }} Page
 * @param {readonly Page[]} pages
 * @returns {{ title: string, pages: Page[] }[]}
 */
export function contents(pages) {
  /** @type {Set<Page>} */
  const seen = new Set();
  const filled = groups.map(([title, places]) => {
    const members = places.flatMap(place =>
      pages.filter(({ file }) => file === place || (place.endsWith("/") && file.startsWith(place))),
    );
    const own = [...new Set(members)].filter(page => !seen.has(page));
    for (const page of own) seen.add(page);
    return { title, pages: own };
  });
  const rest = pages.filter(page => !seen.has(page));
  return [...filled, { title: "More", pages: rest }].filter(group => group.pages.length > 0);
}
