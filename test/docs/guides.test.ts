/** docs/guides is what the executed guides say, and its links lead somewhere. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const folder = join(root, "docs", "guides");
const pages = readdirSync(folder).filter(name => name.endsWith(".md"));

test("docs/guides has a page for each guide, as it was executed last", () => {
  const { status, stderr } = spawnSync(process.execPath, ["scripts/guide-pages.mjs", "--check"], {
    cwd: root,
    encoding: "utf8",
  });
  assert.equal(status, 0, stderr);
  const guides = readdirSync(join(root, "notebooks")).filter(name => /^guide-.*\.ipynb$/.test(name));
  assert.deepEqual(
    pages,
    guides.map(name => name.replace(/^guide-(.*)\.ipynb$/, "$1.md")),
  );
});

test("links of the guides' pages lead to files, and to headings of the API", () => {
  for (const page of ["../guides.md", ...pages]) {
    const file = resolve(folder, page);
    const links = [...readFileSync(file, "utf8").matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link);
    assert.ok(links.length > 3, page);
    for (const link of links.filter(each => !each.startsWith("http"))) {
      const [path, anchor] = link.split("#");
      const target = resolve(file, "..", path);
      assert.ok(existsSync(target), `${page}: ${link}`);
      if (anchor === undefined) continue;
      const headings = [...readFileSync(target, "utf8").matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
        heading
          .toLowerCase()
          .replaceAll(/[^\w -]/g, "")
          .replaceAll(" ", "-"),
      );
      assert.ok(headings.includes(anchor), `${page}: no heading for ${link}`);
    }
  }
});
