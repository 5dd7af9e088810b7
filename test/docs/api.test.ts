/**
 * docs/api is what the docstrings say, and the docstrings' examples do what they say.
 *
 * In an example, `expression; // => value` holds exactly, and `expression; // ≈ number` to three digits. One that says
 * `// not run: REASON` is only compiled. Examples run in a folder of their own, where they may write files.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
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

interface Groups {
  readonly headed: readonly { readonly heading: string; readonly names: readonly string[] }[];
}

test("a public name in no group is named, with what to do, and so is a heading without names", async () => {
  const { groupsOf, problemsOf } = (await import(
    pathToFileURL(join(root, "scripts", "api", "groups.mjs")).href
  )) as {
    groupsOf: (file: string) => Groups;
    problemsOf: (file: string, groups: Groups, entries: readonly { names: readonly string[] }[]) => string[];
  };
  const file = join(folder, "room", "index.ts");
  mkdirSync(join(folder, "room"));
  writeFileSync(
    file,
    'export { a } from "./a.js";\n\n// ## Letters\nexport { b, c as d } from "./b.js";\n\n// ## Nothing\n',
  );
  const groups = groupsOf(file);
  assert.deepEqual(groups.headed[0], { heading: "Letters", names: ["b", "d"] });
  const entries = ["a", "b", "d"].map(name => ({ names: [name] }));
  assert.deepEqual(problemsOf("src/room/index.ts", groups, entries), [
    'src/room/index.ts: a is in no group; move its export below the "// ## " heading that says what it is for',
    'src/room/index.ts: nothing is below "// ## Nothing"; take the heading away',
  ]);
});

interface Example {
  readonly file: string;
  /** What it is an example of. */
  readonly name: string;
  readonly code: string;
}

const pageOf = (file: string) => readFileSync(join(root, "docs", "api", file), "utf8");

/** The examples of a page, as the page shows them: fenced code that is no declaration. */
function examplesOf(file: string): Example[] {
  const [, ...entries] = pageOf(file).split(/^#+ (?=`)/m);
  return entries.flatMap(entry =>
    [...entry.matchAll(/```ts\n(.*?)```/gs)]
      .map(([, code]) => ({ file, name: entry.split("\n", 1)[0], code }))
      .filter(({ code }) => /\/\/ (=>|≈|not run:) /.test(code)),
  );
}

const runs = ({ code }: Example) => !/^\/\/ not run: /m.test(code);

const pages = readdirSync(join(root, "docs", "api")).filter(name => name.endsWith(".md"));
const examples = pages.flatMap(examplesOf);

/** Names that `import … from "netspace"` has beside its values: types, of all areas but the two that are not in it. */
const types = pages
  .filter(name => !["README.md", "search.md", "report.md"].includes(name))
  .flatMap(name => [...pageOf(name).matchAll(/^#+ `(\w+)`$/gm)].map(([, type]) => type))
  .filter(name => !(name in netspace));

/** An example as a module: its imports written out, its promises asserted. */
function moduleOf({ code }: Example): string {
  const words = code.replaceAll(/"[^"]*"|\/\/.*/g, "");
  const used = (name: string) => new RegExp(`\\b${name}\\b`).test(words);
  const names = [...Object.keys(netspace).filter(used), ...types.filter(used).map(type => `type ${type}`)];
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
      compilerOptions: {
        outDir: "js",
        rootDir: ".",
        incremental: false,
        tsBuildInfoFile: null,
        // Names are imported by their looks.
        noUnusedLocals: false,
      },
      exclude: [],
      include: ["*.ts"],
    }),
  );
  const { status, stdout } = run(join(root, "node_modules/typescript/bin/tsc"), "-p", folder);
  assert.equal(status, 0, stdout);
});

describe("the docstrings' examples hold", () => {
  const home = process.cwd();
  before(() => process.chdir(folder));
  after(() => process.chdir(home));
  for (const [i, example] of examples.entries()) {
    if (!runs(example)) continue;
    const { file, name } = example;
    test(`${file}: ${name}, ${i}`, async () => {
      await import(pathToFileURL(join(folder, "js", `example-${i}.js`)).href);
    });
  }
});
