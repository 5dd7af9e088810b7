/** The snippets of docs/search.md are sound TypeScript, and those that need no training do what they say. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import * as netspace from "netspace";
import * as searching from "netspace/search";
import * as objectives from "../../src/search/objectives/index.js";
import * as strategies from "../../src/search/strategies/index.js";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const page = readFileSync(join(root, "docs", "search.md"), "utf8");
const folder = join(root, "out", "search-page");
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
after(() => rmSync(folder, { recursive: true, force: true }));

const snippets = [...page.matchAll(/```ts( no-run)?\n(.*?)```/gs)].map(([, left, code], i) =>
  // What trains is held to its types alone.
  left ? `export async function unread${i}() {\n${code}}` : code,
);
const code = snippets.join("\n");
const used = (names: object) => Object.keys(names).filter(name => new RegExp(`\\b${name}\\b`).test(code));

test("the page's snippets compile in the order in which they are read, and what they say they give they give", async () => {
  assert.ok(snippets.length >= 5);
  const there = new Set(used(searching));
  const module = [
    'import assert from "node:assert/strict";',
    `import { type Architecture, ${used(netspace)
      .filter(name => !there.has(name))
      .join(", ")} } from "netspace";`,
    `import { ${[...there].join(", ")} } from "netspace/search";`,
    code.replaceAll(/^(.*); \/\/ => (.*)$/gm, "assert.deepStrictEqual($1, $2);"),
  ].join("\n");
  writeFileSync(join(folder, "page.ts"), module);
  writeFileSync(
    join(folder, "tsconfig.json"),
    JSON.stringify({
      extends: "../../tsconfig.json",
      compilerOptions: {
        outDir: "js",
        rootDir: ".",
        incremental: false,
        tsBuildInfoFile: null,
        noUnusedLocals: false,
      },
      exclude: [],
      include: ["*.ts"],
    }),
  );
  const { status, stdout } = spawnSync(
    process.execPath,
    [join(root, "node_modules/typescript/bin/tsc"), "-p", folder],
    { cwd: root, encoding: "utf8" },
  );
  assert.equal(status, 0, stdout);
  assert.ok((module.match(/assert\.deepStrictEqual/g) ?? []).length >= 5);
  await import(pathToFileURL(join(folder, "js", "page.js")).href);
});

test("every strategy and every objective that there is has a word on the page", () => {
  const makers = (names: object) =>
    Object.entries(names).flatMap(([name, value]) =>
      typeof value === "function" && /^[a-z]/.test(name) ? [name] : [],
    );
  const names = [...makers(strategies), ...makers(objectives)];
  assert.ok(names.length > 15, names.join());
  for (const name of names) {
    if (["rewardedError", "zeroCost", "zeroCostMeasures"].includes(name)) continue;
    assert.ok(page.includes(`${name}(`), `${name} is missing`);
  }
});
