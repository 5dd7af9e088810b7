/** The snippets of docs/search.md and docs/weight-sharing.md are sound TypeScript, and those that need no training do what they say. */
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
import { withoutAddon } from "../support/needs.js";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const pageOf = (name: string) => readFileSync(join(root, "docs", `${name}.md`), "utf8");
const folder = join(root, "out", "search-page");
rmSync(folder, { recursive: true, force: true });
after(() => rmSync(folder, { recursive: true, force: true }));

for (const [name, least] of [
  ["search", 5],
  ["weight-sharing", 1],
] as const) {
  const skip = name === "weight-sharing" && withoutAddon;
  test(`the snippets of ${name}.md compile in the order in which they are read, and what they say they give they give`, {
    skip,
  }, async () => {
    const snippets = [...pageOf(name).matchAll(/```ts( no-run)?\n(.*?)```/gs)].map(([, left, code], i) =>
      // What trains is held to its types alone.
      left ? `export async function unread${i}() {\n${code}}` : code,
    );
    assert.ok(snippets.length >= least);
    const code = snippets.join("\n");
    const used = (names: object) => Object.keys(names).filter(one => new RegExp(`\\b${one}\\b`).test(code));
    const there = new Set(used(searching));
    const module = [
      'import assert from "node:assert/strict";',
      `import { type Architecture, ${used(netspace)
        .filter(one => !there.has(one))
        .join(", ")} } from "netspace";`,
      `import { ${[...there].join(", ")} } from "netspace/search";`,
      code.replaceAll(/^(.*); \/\/ => (.*)$/gm, "assert.deepStrictEqual($1, $2);"),
    ].join("\n");
    const own = join(folder, name);
    mkdirSync(own, { recursive: true });
    writeFileSync(join(own, "page.ts"), module);
    writeFileSync(
      join(own, "tsconfig.json"),
      JSON.stringify({
        extends: "../../../tsconfig.json",
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
      [join(root, "node_modules/typescript/bin/tsc"), "-p", own],
      { cwd: root, encoding: "utf8" },
    );
    assert.equal(status, 0, stdout);
    assert.ok((module.match(/assert\.deepStrictEqual/g) ?? []).length >= least);
    await import(pathToFileURL(join(own, "js", "page.js")).href);
  });
}

test("every strategy and every objective that there is has a word on the page", () => {
  const makers = (names: object) =>
    Object.entries(names).flatMap(([name, value]) =>
      typeof value === "function" && /^[a-z]/.test(name) ? [name] : [],
    );
  const names = [...makers(strategies), ...makers(objectives)];
  const page = pageOf("search");
  assert.ok(names.length > 15, names.join());
  for (const name of names) {
    if (["rewardedError", "zeroCost", "zeroCostMeasures"].includes(name)) continue;
    assert.ok(page.includes(`${name}(`), `${name} is missing`);
  }
});
