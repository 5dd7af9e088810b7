/** What stands behind `with` in an import: heeded as Node heeds it, and not asked for where TypeScript does not. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { hostedCells } from "../../support/hosted-cells.js";
import { temporaryFolder } from "../../support/temporary-folder.js";

describe("import attributes", { timeout: 300_000 }, () => {
  const { value, failure, write } = hostedCells(temporaryFolder());
  write("node_modules/some/package.json", '{ "name": "some", "version": "1.2.3" }');
  write("widths.json", '{ "widths": [8, 16], "default": 1, "with-dash": 2, "__proto__": 3 }');
  write("list.json", "[1, 2]");
  write("code.mjs", "export const code = 1;");
  const json = 'with { type: "json" }';

  test("let JSON be imported, by cells and by local files, statically and not", async () => {
    assert.equal(await value(`import pkg from "some/package.json" ${json}\npkg.name`), "'some'");
    assert.equal(await value(`import data from "data:application/json,[1]" ${json}; data`), "[ 1 ]");
    assert.equal(await value(`import w from "./widths.json" ${json}; w.widths`), "[ 8, 16 ]");
    assert.equal(
      await value(`(await import("some/package.json", { with: { type: "json" } })).default.name`),
      "'some'",
    );
    assert.equal(
      await value(`(await import("./list.json", { with: { type: "json" } })).default`),
      "[ 1, 2 ]",
    );
    write(
      "reads.ts",
      `import pkg from "some/package.json" ${json};
       import list from "./list.json" ${json};
       export { default as again } from "./widths.json" ${json};
       export { default as data } from "data:application/json,[7]" ${json};
       const options = { with: { type: "json" } };
       export const later = async () => [await import("some/package.json", options), await import("./list.json", options)];
       export { pkg, list };`,
    );
    assert.equal(
      await value('import * as r from "./reads.ts"; [r.pkg.name, r.list, r.again.widths, r.data]'),
      "[ 'some', [ 1, 2 ], [ 8, 16 ], [ 7 ] ]",
    );
    assert.equal(
      await value("(await r.later()).map(each => each.default.length ?? each.default.name)"),
      "[ 'some', 2 ]",
    );
  });

  test("are not needed for JSON, whose keys are exports too", async () => {
    assert.equal(await value('import pkg from "some/package.json"; pkg.name'), "'some'");
    assert.equal(await value('import { version } from "some/package.json"; version'), "'1.2.3'");
    assert.equal(await value('(await import("some/package.json")).version'), "'1.2.3'");
    assert.equal(
      await value('import { widths, "with-dash" as dash } from "./widths.json"; [widths, dash]'),
      "[ [ 8, 16 ], 2 ]",
    );
    assert.equal(
      await value('import * as all from "./widths.json"; [all.widths, all.default.default]'),
      "[ [ 8, 16 ], 1 ]",
    );
    write(
      "named.ts",
      'import { widths } from "./widths.json"; import { version } from "some/package.json"; export { widths, version };',
    );
    assert.equal(
      await value('import { widths as ws, version as v } from "./named.ts"; [ws, v]'),
      "[ [ 8, 16 ], '1.2.3' ]",
    );
  });

  test("that Node refuses are refused in its words", async () => {
    const refused: [string, RegExp][] = [
      ['with { type: "text" }', /Import attribute "type" with value "text" is not supported/],
      ['with { type: "bytes" }', /Import attribute "type" with value "bytes" is not supported/],
      ['with { lazy: "true" }', /Import attribute "lazy" with value "true" is not supported/],
    ];
    for (const file of ["./widths.json", "./code.mjs", "some/package.json"]) {
      for (const [attributes, said] of refused) {
        assert.match(await failure(`import "${file}" ${attributes}`), said);
        assert.match(
          await failure(`await import("${file}", { ${attributes.replace("with", "with:")} })`),
          said,
        );
        write("refused.ts", `export * from "${file}" ${attributes};`);
        assert.match(await failure('import "./refused.ts"'), said);
      }
    }
    for (const file of ["./code.mjs", "node:fs", "data:text/javascript,1"]) {
      assert.match(await failure(`import "${file}" ${json}`), /Module ".*" is not of type "json"/, file);
      write("refused.ts", `import "${file}" ${json};`);
      assert.match(await failure('import "./refused.ts"'), /Module ".*" is not of type "json"/, file);
    }
    for (const [options, said] of [
      ["5", /^TypeError: .*second argument to import\(\) must be an object/],
      ["{ with: 5 }", /^TypeError: .*'with'.*must be an object/],
      ["{ with: { type: 5 } }", /^TypeError: .*must be a string/],
    ] as const) {
      assert.match(await failure(`await import("./widths.json", ${options} as any)`), said);
      assert.match(await failure(`await import("node:fs", ${options} as any)`), said);
    }
  });

  test("that a re-export carries count", async () => {
    assert.equal(await value(`export { default as x } from "some/package.json" ${json}; 1`), "1");
    assert.match(
      await failure('export * from "./code.mjs" with { type: "text" }'),
      /"text" is not supported/,
    );
  });

  test("JSON that is none is named with its place", async () => {
    write("broken.json", '{\n  "a": 1,\n}');
    for (const code of ['import b from "./broken.json"; b', `import b from "./broken.json" ${json}; b`])
      assert.match(await failure(code), /SyntaxError: .*broken\.json[^]*> 3 \| }/);
    write("marked.json", '\ufeff{ "a": 1 }');
    assert.equal(await value('import marked from "./marked.json"; marked.a'), "1");
  });
});
