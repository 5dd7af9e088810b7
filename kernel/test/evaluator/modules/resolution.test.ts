/** What a specifier means: found by cells, local files, require() and import.meta.resolve by one rule. */

import assert from "node:assert/strict";
import { mkdirSync, symlinkSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { hostedCells } from "../../support/hosted-cells.js";
import { temporaryFolder } from "../../support/temporary-folder.js";

const options = { timeout: 300_000 };

describe("packages without exports", options, () => {
  const { value, failure, write } = hostedCells(temporaryFolder());
  write("node_modules/dayjs/empty/read.me", "");
  write("node_modules/dayjs/package.json", '{ "main": "dayjs.min.js" }');
  write("node_modules/dayjs/dayjs.min.js", "module.exports = { name: 'dayjs' };");
  write("node_modules/dayjs/plugin/utc.js", "module.exports = { plugin: 'utc' };");
  write("node_modules/lodash/package.json", '{ "main": "lodash" }');
  write("node_modules/lodash/lodash.js", "exports.all = 1;");
  write("node_modules/lodash/fp.js", "exports.map = 2;");
  write("node_modules/lodash/parts/index.js", "exports.part = 3;");
  write("node_modules/inner/package.json", "{}");
  write("node_modules/inner/sub/package.json", '{ "main": "./lib/entry.js", "type": "module" }');
  write("node_modules/inner/sub/lib/entry.js", "export const entry = 4;");
  write("node_modules/@scope/own/package.json", '{ "main": "./a.js" }');
  write("node_modules/@scope/own/a.js", "exports.a = 5;");
  write("node_modules/@scope/own/b.js", "exports.b = 6;");

  const cell = `import dayjs from "dayjs"; import utc from "dayjs/plugin/utc"; import _ from "lodash"; import fp from "lodash/fp";
    import { part } from "lodash/parts"; import { entry } from "inner/sub"; import { a } from "@scope/own"; import { b } from "@scope/own/b";
    const all = [dayjs.name, utc.plugin, _.all, fp.map, part, entry, a, b];`;
  const expected = "'dayjs,utc,1,2,3,4,5,6'";

  test("are found without extensions and by their folders, as the type checker finds them", async () => {
    assert.equal(await value(`${cell} all.join()`), expected);
    write("uses.ts", `${cell} export { all as passed };`);
    assert.equal(await value('import { passed } from "./uses"; passed.join()'), expected);
    assert.equal(await value('(await import("lodash/fp")).default.map'), "2");
  });

  test("tell a file that is not there from a package that is not", async () => {
    assert.match(
      await failure('import "dayjs/plugin/nope"'),
      /Cannot find module "dayjs\/plugin\/nope" from/,
    );
    assert.doesNotMatch(await failure('import "dayjs/plugin/nope"'), /npm install/);
    assert.match(await failure('import "gone/plugin"'), /Cannot find package "gone".*%npm install gone$/m);
    assert.match(await failure('import "@gone/a/b"'), /%npm install @gone\/a$/m);
  });

  test("say of a folder that it is one, and name no file of the kernel's", async () => {
    write("plain/read.me", "");
    for (const [code, said] of [
      ['import "dayjs/empty"', /Cannot find module "dayjs\/empty" from .*; it is a folder without index$/m],
      ['await import("dayjs/empty/")', /Cannot find module "dayjs\/empty\/" from /],
      ['import "./plain"', /Cannot find module "\.\/plain" from .*; it is a folder without index$/m],
      ['require("./plain")', /Cannot find module '\.\/plain'$/m],
      ['require("dayjs/empty")', /Cannot find module 'dayjs\/empty'$/m],
      ['import "dayjs/a%2fb"', /must not include encoded/],
    ] as const) {
      const trace = await failure(code);
      assert.match(trace, said);
      assert.doesNotMatch(trace, /kernel-notebook|notebook\.cjs|Require stack/, code);
    }
    write("asks.cjs", 'require("not-there")');
    assert.match(await failure('require("./asks.cjs")'), /Require stack:\n- .*asks\.cjs$/m);
  });
});

describe("exports of packages", options, () => {
  const { value, failure, write } = hostedCells(temporaryFolder());
  const conditions =
    '{ "types": "./x.d.ts", "browser": "./browser.js", "import": "./esm.mjs", "require": "./cjs.cjs", "default": "./no.js" }';
  write(
    "node_modules/both/package.json",
    `{ "exports": { ".": ${conditions}, "./deep/*": "./deep/*.mjs", "./only-cjs": { "require": "./cjs.cjs" } } }`,
  );
  write("node_modules/both/esm.mjs", "export default 'esm';");
  write("node_modules/both/cjs.cjs", "module.exports = 'cjs';");
  write("node_modules/both/deep/one.mjs", "export default 1;");

  test("are chosen as for import, and for require as for that", async () => {
    assert.equal(
      await value('import both from "both"; import one from "both/deep/one"; [both, one, require("both")]'),
      "[ 'esm', 1, 'cjs' ]",
    );
    write(
      "uses.mjs",
      'export { default } from "both"; import { createRequire } from "node:module"; export const old = createRequire(import.meta.url)("both");',
    );
    assert.equal(await value('import esm, { old } from "./uses.mjs"; [esm, old]'), "[ 'esm', 'cjs' ]");
    assert.match((await value('import.meta.resolve("both")')) as string, /both\/esm\.mjs'$/);
  });

  test("that are not there are named in Node's words", async () => {
    assert.match(
      await failure('import "both/nope"'),
      /Package subpath '\.\/nope' is not defined by "exports" in .*package\.json\n/,
    );
    assert.match(await failure('import "both/only-cjs"'), /only-cjs/);
  });
});

describe("aliases", options, () => {
  const folder = temporaryFolder();
  const { value, failure, write } = hostedCells(path.join(folder, "notebooks"));
  write(
    "../tsconfig.base.json",
    `{ /* shared */ "compilerOptions": { "paths": { "@base/*": ["./base/*"] }, "jsxImportSource": "from-base" } }`,
  );
  write("../base/b.ts", "export const b: number = 1;");
  write(
    "../tsconfig.json",
    `{
    // what editors write
    "extends": "./tsconfig.base.json",
    "compilerOptions": {
      "baseUrl": "./src",
      "paths": { "@app/*": ["./nowhere/*", "./app/*"], "@app/special/*": ["./special/*"], "exact": ["./app/exact.ts"], "*.widths": ["./app/*"], },
    },
  }`,
  );
  write(
    "../src/app/net.ts",
    'import { exact } from "exact"; export enum Kind { A = 7 } export const net: number = exact;',
  );
  write("../src/app/exact.ts", "export const exact = 3;");
  write("../src/app/deep/index.tsx", "export const deep = 4;");
  write("../src/special/thing.ts", "export const thing = 5;");
  write("../src/util/plain.ts", "export const plain = 6;");
  write(
    "package.json",
    `{ "imports": {
    "#net": "./lib/net.ts", "#lib/*": "./lib/*.js", "#by": { "browser": "./no.js", "node": { "import": "./lib/node.mts" }, "default": "./no.js" }, "#dep": "dep", "#gone": "./lib/gone.ts" } }`,
  );
  write("lib/net.ts", "export enum Net { X = 1 }");
  write("lib/mapped.ts", "export const mapped: number = 2;");
  write("lib/node.mts", "export const by: string = 'node';");
  write("node_modules/dep/package.json", '{ "exports": "./dep.mjs" }');
  write("node_modules/dep/dep.mjs", "export const dep = 'package';");

  test("of tsconfig.json are heeded, in cells and in files: extends, baseUrl, the best pattern, the first file", async () => {
    assert.equal(
      await value(`import { net, Kind } from "@app/net"; import { exact } from "exact"; import { deep } from "@app/deep";
        import { thing } from "@app/special/thing"; import { plain } from "util/plain"; import { net as by } from "net.widths";
        [net, Kind.A, exact, deep, thing, plain, by].join()`),
      "'3,7,3,4,5,6,3'",
    );
    assert.equal(await value('(await import("@app/net.js")).net + require("@app/exact").exact'), "6");
    assert.match((await value('import.meta.resolve("@app/net")')) as string, /src\/app\/net\.ts'$/);
    assert.equal(await value('import { join } from "path"; join("a", "b")'), "'a/b'");
  });

  test("that an edited tsconfig.json has since are heeded too, and files behind aliases reload", async () => {
    write("../src/app/exact.ts", "export const exact = 33;");
    assert.equal(
      await value('import { exact } from "exact"; import { net } from "@app/net"; [exact, net]'),
      "[ 33, 33 ]",
    );
    write(
      "../tsconfig.json",
      '{ "extends": ["./tsconfig.base.json"], "compilerOptions": { "paths": { "late": ["./src/app/exact"] } } }',
    );
    assert.equal(await value('import { exact } from "late"; exact'), "33");
    write("../tsconfig.json", '{ "extends": "./tsconfig.base" }');
    assert.equal(await value('import { b } from "@base/b"; b'), "1");
  });

  test("of package.json are heeded, with conditions, patterns, TypeScript and packages", async () => {
    assert.equal(
      await value(`import { Net } from "#net"; import { mapped } from "#lib/mapped"; import { by } from "#by"; import { dep } from "#dep";
        [Net.X, mapped, by, dep]`),
      "[ 1, 2, 'node', 'package' ]",
    );
    write("lib/inner.ts", 'export { Net as Again } from "#net";');
    assert.equal(await value('import { Again } from "./lib/inner.ts"; Again.X'), "1");
    write("lib/net.ts", "export enum Net { X = 11 }");
    assert.equal(await value('import { Net } from "#net"; Net.X'), "11");
    assert.match((await value('import.meta.resolve("#net")')) as string, /lib\/net\.ts'$/);
  });

  test("that lead nowhere are no packages to be installed", async () => {
    for (const name of ["#none", "#gone", "@/components", "~/x", "@app/none"]) {
      const said = await failure(`import x from "${name}"; x`);
      assert.ok(said.includes(name), said);
      if (!name.startsWith("@app")) assert.doesNotMatch(said, /npm install/, name);
    }
  });

  test("of a file that is no JSON are missed by its name", async () => {
    write("../tsconfig.json", '{ "compilerOptions": { paths: {} } }');
    assert.match(await failure('import "@app/net"'), /tsconfig\.json:1:\d+\)[^]*> 1 \| {.*paths/);
    assert.equal(await value('import { dep as still } from "dep"; still'), "'package'");
    write("../tsconfig.json", '{ "extends": "./not-there.json" }');
    assert.match(await failure('import "@app/net"'), /cannot find "\.\/not-there\.json".*tsconfig\.json/);
    write("../tsconfig.json", '{ "extends": "./tsconfig.json" }');
    assert.match(await failure('import "@app/net"'), /extends itself/);
    write("../tsconfig.json", "");
    assert.match(await failure('import "@app/net"'), /Cannot find package "@app\/net"/);
  });
});

describe("linked packages", options, () => {
  const folder = temporaryFolder();
  const { value, write } = hostedCells(path.join(folder, "app"));
  mkdirSync(path.join(folder, "app", "node_modules", "@ws"), { recursive: true });
  const link = (name: string, manifest: object) => {
    write(`../packages/${name}/package.json`, JSON.stringify({ name: `@ws/${name}`, ...manifest }));
    symlinkSync(
      path.join(folder, "packages", name),
      path.join(folder, "app", "node_modules", "@ws", name),
      "junction",
    );
  };
  link("mapped", { exports: { ".": "./src/index.ts", "./*": "./src/*.ts" } });
  write(
    "../packages/mapped/src/index.ts",
    'import { part } from "./part.js"; export enum E { A = 1 } export const both = [E.A, part];',
  );
  write("../packages/mapped/src/part.ts", "export const part: number = 2;");
  link("unbuilt", { exports: { ".": { types: "./src/index.ts", default: "./dist/index.js" } } });
  write("../packages/unbuilt/src/index.ts", 'export { both as through } from "@ws/mapped";');
  link("plain", { main: "./dist/index.js", types: "./src/main.ts" });
  write("../packages/plain/src/main.ts", "export enum F { A = 4 }");
  write("../packages/plain/src/other.ts", "export const other: number = 5;");
  link("bare", {});
  write("../packages/bare/index.ts", "export const bare: number = 6;");
  link("built", { main: "./index.cjs" });
  write("../packages/built/index.cjs", "exports.built = 7;");

  test("with TypeScript sources are loaded, by cells and by each other, and loaded anew when edited", async () => {
    symlinkSync(
      path.join(folder, "app", "node_modules"),
      path.join(folder, "packages", "node_modules"),
      "junction",
    );
    const cell = `import { both } from "@ws/mapped"; import { part } from "@ws/mapped/part"; import { through } from "@ws/unbuilt";
      import { F } from "@ws/plain"; import { other } from "@ws/plain/src/other"; import { bare } from "@ws/bare"; import { built } from "@ws/built";
      [both, part, through, F.A, other, bare, built].join()`;
    assert.equal(await value(cell), "'1,2,2,1,2,4,5,6,7'");
    write("../packages/mapped/src/part.ts", "export const part: number = 22;");
    assert.equal(await value(cell), "'1,22,22,1,22,4,5,6,7'");
  });
});

describe("file names", options, () => {
  const folder = temporaryFolder();
  const { value, failure, write } = hostedCells(folder);

  test("are found as TypeScript finds them", async () => {
    write(
      "c.cts",
      "import fs = require('node:fs'); export const t: string = typeof fs.readFileSync; export default 5;",
    );
    write(
      "eq.cts",
      "class Net { static width: number = 8 } namespace Net { export type W = number } export = Net;",
    );
    write("m.mts", "export const m: number = 1;");
    write("x.tsx", "export const x: number = 2;");
    write("folder/index.ts", "export const index: number = 3;");
    write("folder.ts", "export const beside: number = 4;");
    write("packed/package.json", '{ "main": "lib/main" }');
    write("packed/lib/main.ts", "export const packed: number = 5;");
    write("with space.ts", "export const space: number = 6;");
    assert.equal(
      await value(`import c, { t } from "./c.cts"; import Net from "./eq.cjs"; import { m } from "./m.mjs"; import { x } from "./x.js"; import { x as xx } from "./x.jsx";
        import { index } from "./folder/"; import { beside } from "./folder"; import { packed } from "./packed"; import { space } from "./with%20space.ts";
        import { t as t2 } from "./c"; [c, t, Net.width, m, x, xx, index, beside, packed, space, t2].join()`),
      "'5,function,8,1,2,2,3,4,5,6,function'",
    );
  });

  test("mean the same to require(), which takes TypeScript, and takes it anew when it was edited", async () => {
    assert.equal(
      await value(
        '[require("./c.cts").t, require("./c").default, require("./eq.cjs").width, require("./x.ts" + "x").x, require("./folder/").index].join()',
      ),
      "'function,5,8,2,3'",
    );
    write(
      "old.ts",
      "import { m } from './m.mjs'; export enum Old { A = 1 } export const folder = import.meta.dirname; export const sum = m + 1;",
    );
    assert.equal(
      await value('const { Old, folder, sum } = require("./old"); [Old.A, sum, folder]'),
      `[ 1, 2, '${folder}' ]`,
    );
    write("old.ts", "export enum Old { A = 2 }");
    assert.equal(await value('require("./old.ts").Old.A'), "2");
    write(
      "asks.cts",
      'import old = require("./old.js"); export const a = old.Old.A + require("./folder/index").index;',
    );
    assert.equal(await value('import { a } from "./asks.cts"; a'), "5");
    assert.equal(
      await value(
        'import { x as once } from "./x.tsx"; import * as ns from "./x.tsx"; require("./x.tsx") === ns',
      ),
      "true",
    );
    assert.match(await failure('require("./none.ts")'), /Cannot find module '\.\/none\.ts'/);
    write("awaits.ts", "export const late = await 5;");
    assert.match(await failure('require("./awaits.ts")'), /without top-level await[^]*awaits\.ts, line 1/);
    assert.equal(await value('require("node:path").sep + require("fs").constants.F_OK'), "'/0'");
  });

  test("without extension, and with those of CommonJS in TypeScript, tell the kind of a module by its text", async () => {
    write("script", "module.exports = { old: 1 };");
    write("modern", "export const modern = 2;");
    write("assigned.ts", "const it = { assigned: 3 }; export = it;");
    write("style.ts", "const fs = require('node:fs'); module.exports = { style: typeof fs };");
    write("waits.js", "await null; globalThis.waited = 4;");
    assert.equal(
      await value(`import { old } from "./script"; import { modern } from "./modern"; import assigned, { assigned as a } from "./assigned"; import style from "./style";
        import "./waits.js"; [old, modern, assigned.assigned, a, style.style, (globalThis as any).waited]`),
      "[ 1, 2, 3, 3, 'object', 4 ]",
    );
  });

  test("errors in CommonJS point at the file's own lines", async () => {
    write(
      "faulty.cts",
      "interface Gone { a: 1 }\n\nexport function fails(n: number): never {\n  throw new RangeError(`at ${n}`);\n}",
    );
    assert.match(
      await failure('import { fails } from "./faulty.cts"; fails(3)'),
      /faulty\.cts, line 4, column 9\n[^]*at fails \(faulty\.cts:4:9\)|at .*fails.*faulty\.cts:4:9/,
    );
    write("faulty.cts", "export const a = 1;\nconst b = ;");
    assert.match(await failure('import { a } from "./faulty.cts"; a'), /faulty\.cts, line 2, column 11/);
  });

  test("of what is no code are refused, with the way to read it", async () => {
    for (const [name, remedy] of [
      ["notes.txt", /readFileSync\("notes\.txt", "utf8"\)/],
      ["t.csv", /readTable\("t\.csv"\)/],
      ["r.md", /readFileSync\("r\.md", "utf8"\)/],
      ["s.css", /readFileSync\("s\.css", "utf8"\)/],
      ["w.wasm", /WebAssembly\.instantiate\(readFileSync\("w\.wasm"\)\)/],
      ["p.png", /readFileSync\("p\.png"\)/],
    ] as const) {
      write(name, "a, b\n1, 2\n");
      write("imports.ts", `import it from "./${name}"; export { it };`);
      for (const code of [
        `import t from "./${name}"; t`,
        `await import("./${name}")`,
        'import { it } from "./imports"; it',
      ]) {
        const said = await failure(code);
        assert.match(said, /^TypeError: Unknown file extension ".\w+" for /);
        assert.match(said, remedy);
      }
    }
  });

  test("are what import.meta.resolve says, of files that are not there too", async () => {
    const url = (file: string) => pathToFileURL(path.join(folder, file)).href;
    write("resolves.ts", "export const resolve = (s: string) => import.meta.resolve(s);");
    for (const resolve of ["import.meta.resolve", '(await import("./resolves.ts")).resolve']) {
      for (const [specifier, expected] of [
        ["node:fs", "node:fs"],
        ["fs", "node:fs"],
        ["fs/promises", "node:fs/promises"],
        ["node:test", "node:test"],
        ["./gone.js", url("gone.js")],
        ["./gone.js?a=1#b", `${url("gone.js")}?a=1#b`],
        ["../up.js", url("../up.js")],
        ["./m.mjs", url("m.mts")],
        ["https://example.org/x.js", "https://example.org/x.js"],
        ["data:text/javascript,1", "data:text/javascript,1"],
      ]) {
        assert.equal(await value(`${resolve}(${JSON.stringify(specifier)})`), `'${expected}'`);
      }
      assert.match(
        (await value(`${resolve}("netspace/display")`)) as string,
        /dist\/kernel\/display\/index\.js'$/,
      );
      assert.match(await failure(`${resolve}("not-installed")`), /Cannot find package "not-installed"/);
    }
  });
});

describe("what is no name of a module", options, () => {
  const { failure, value, write } = hostedCells(temporaryFolder());

  test("is told so", async () => {
    assert.match(
      await failure('import x from ""'),
      /Cannot import "": expected the name of a package or the path of a file/,
    );
    assert.match(await failure('await import("")'), /Cannot import ""/);
    for (const code of ["undefined", "null"]) {
      assert.match(
        await failure(`await import(${code})`),
        /import: expected the name of a package or the path of a file, got/,
      );
    }
    write("odd.ts", "export const odd = (s: any) => import(s);");
    for (const code of ["undefined", "{}", "NaN", "' '", "'a b'"]) {
      assert.doesNotMatch(
        await failure(`await (await import("./odd.ts")).odd(${code})`),
        /npm install/,
        code,
      );
    }
    assert.equal(
      await value('(await import(new URL("data:text/javascript,export default 3") as any)).default'),
      "3",
    );
  });
});

describe("a package.json that is no JSON", options, () => {
  const { failure, value, write } = hostedCells(temporaryFolder());

  test("is named, and keeps nothing back that the kernel brings", async () => {
    write("package.json", '{ "name": "x",\n  "type" }');
    write("a.js", "exports.a = 1;");
    assert.equal(await value('import { html } from "netspace/display"; typeof html'), "'function'");
    assert.equal(await value('import { sep } from "node:path"; import fs from "fs"; sep'), "'/'");
    for (const code of ['import "some-package"', 'import { a } from "./a.js"; a', 'import "#a"'])
      assert.match(await failure(code), /SyntaxError: .*package\.json:2:10\)[^]*> 2 \| {3}"type" }/, code);
    write("b.ts", "export const b: number = 1;");
    assert.equal(await value('import { b } from "./b"; b'), "1");
  });
});

describe("specifiers", { timeout: 120_000 }, () => {
  const { value, failure, write } = hostedCells(temporaryFolder());

  test("that are none are refused as what they are", async () => {
    for (const [given, said] of [
      ["5", "the number 5"],
      ["7n", "the bigint 7"],
      ["true", "the boolean true"],
      ["{}", "an object"],
      ["[]", "a list"],
      ["['node:fs']", "a list"],
      ["new Map()", "an object, [object Map]"],
      ["() => 1", "a function"],
      ["Symbol('x')", "a symbol"],
      ["null", "null"],
      ["undefined", "undefined"],
    ] as const) {
      for (const asked of ["import", "import.meta.resolve"]) {
        const trace = await failure(`await ${asked}((${given}) as any)`);
        assert.ok(
          trace.includes(
            `TypeError: ${asked}: expected the name of a package or the path of a file, got ${said}`,
          ),
          trace,
        );
      }
    }
    write("there.ts", "export const there = 1;");
    const url = "new URL('there.ts', import.meta.url)";
    for (const given of [url, "new String('./there')", "{ toString: () => './there' }"]) {
      assert.equal(await value(`(await import(${given} as any)).there`), "1");
    }
  });

  test("of other programs are told how it is done here", async () => {
    for (const [specifier, said] of [
      ["npm:lodash", '%npm install lodash, then import … from "lodash"'],
      ["npm:/lodash@^4.17/fp", '%npm install lodash@^4.17, then import … from "lodash/fp"'],
      ["npm:@std/x@1/a/b", '%npm install @std/x@1, then import … from "@std/x/a/b"'],
      [
        "jsr:@std/path@1/posix",
        '%npm install @std/path@npm:@jsr/std__path@1 --@jsr:registry=https://npm.jsr.io, then import … from "@std/path/posix"',
      ],
      ["https://esm.sh/lodash", "code is not loaded over the network"],
      ["bun:test", "a URL of file:, data: or node:, got one of bun:"],
    ] as const) {
      write("asks.ts", `import "${specifier}";`);
      for (const code of [
        `import x from "${specifier}"`,
        `await import("${specifier}")`,
        `require("${specifier}")`,
        'import "./asks.ts"',
      ]) {
        const trace = await failure(code);
        assert.ok(trace.includes(`Cannot import "${specifier}": `) && trace.includes(said), trace);
      }
    }
    assert.equal(await value('(await import("data:text/javascript,export default 3")).default'), "3");
  });
});
