/**
 * docs/api is what the docstrings say, and the docstrings' examples do what they say.
 *
 * In an example, `expression; // => value` holds exactly, and `expression; // ≈ number` to three digits.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import * as netspace from "netspace";

const root = fileURLToPath(new URL("../../..", import.meta.url));
// Inside the repository, so that "netspace" is the package itself.
const folder = join(root, "out", "api-examples");
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
after(() => rmSync(folder, { recursive: true, force: true }));
const run = (...args: string[]) => spawnSync(process.execPath, args, { cwd: root, encoding: "utf8" });

test("docs/api is made from the docstrings as they are now", () => {
  const { status, stderr } = run("scripts/api-reference.mjs", "--check");
  assert.equal(status, 0, stderr);
});

interface Example {
  readonly file: string;
  readonly code: string;
}

/** The examples of a page, as the page shows them: fenced code that is no declaration. */
function examplesOf(file: string): Example[] {
  const page = readFileSync(join(root, "docs", "api", file), "utf8");
  return [...page.matchAll(/```ts\n(.*?)```/gs)]
    .map(([, code]) => ({ file, code }))
    .filter(({ code }) => /\/\/ (=>|≈) /.test(code));
}

const pages = readdirSync(join(root, "docs", "api")).filter(name => name.endsWith(".md"));
const examples = pages.flatMap(examplesOf);

/** An example as a module: its imports written out, its promises asserted. */
function moduleOf({ code }: Example): string {
  const words = code.replaceAll(/"[^"]*"|\/\/.*/g, "");
  const names = Object.keys(netspace).filter(name => new RegExp(`\\b${name}\\b`).test(words));
  const asserted = code
    .replaceAll(/^(.*); \/\/ => (.*)$/gm, "assert.deepStrictEqual($1, $2);")
    .replaceAll(
      /^(.*); \/\/ ≈ (.*)$/gm,
      "assert.equal(Number($1).toPrecision(3), Number($2).toPrecision(3));",
    );
  return `import assert from "node:assert/strict";\nimport { ${names.join(", ")} } from "netspace";\n${asserted}`;
}

test("the docstrings' examples are sound TypeScript", () => {
  for (const [i, example] of examples.entries()) {
    writeFileSync(join(folder, `example-${i}.ts`), moduleOf(example));
  }
  writeFileSync(
    join(folder, "tsconfig.json"),
    JSON.stringify({
      extends: "../../tsconfig.json",
      compilerOptions: { outDir: "js", rootDir: ".", incremental: false, tsBuildInfoFile: null },
      exclude: [],
      include: ["*.ts"],
    }),
  );
  const { status, stdout } = run(join(root, "node_modules/typescript/bin/tsc"), "-p", folder);
  assert.equal(status, 0, stdout);
});

describe("the docstrings' examples hold", () => {
  for (const [i, { file, code }] of examples.entries()) {
    test(`${file}: ${code.split("\n", 1)[0]}`, async () => {
      await import(pathToFileURL(join(folder, "js", `example-${i}.js`)).href);
    });
  }
});
