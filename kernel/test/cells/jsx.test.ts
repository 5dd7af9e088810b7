/** JSX in cells: as it is where React is installed, with the remedy where it is not. */

import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { completeness } from "../../language/completeness.js";
import { Client, withoutJupyter } from "../support/client.js";
import { hostedCells } from "../support/hosted-cells.js";
import { temporaryFolder } from "../support/temporary-folder.js";

const CELL = "const width = 24; const bar = <b title={`w`}>{width}</b>; JSON.stringify(bar)";

test("completeness() takes JSX for complete, and types in angle brackets as well", () => {
  assert.deepEqual(completeness(CELL), { status: "complete" });
  assert.deepEqual(completeness("const n = <number>(1 as unknown)"), { status: "complete" });
  assert.equal(completeness("const el = <b>{").status, "incomplete");
});

describe("JSX", { skip: withoutJupyter, timeout: 300_000 }, () => {
  const folder = temporaryFolder();
  let client: Client;
  before(async () => {
    writeFileSync(path.join(folder, "package.json"), "{}");
    client = await Client.start(folder);
  });
  after(() => client.close());

  test("without React, the error says how to get it, and the type checker keeps quiet", async () => {
    const { reply, outputs } = await client.execute(CELL);
    assert.match(String(reply.content["evalue"]), /%npm install react/);
    assert.deepEqual(
      outputs.map(({ type }) => type),
      ["error"],
    );
  });

  test("with React in the folder, it runs", async () => {
    const react = path.join(folder, "node_modules", "react");
    mkdirSync(react, { recursive: true });
    writeFileSync(path.join(react, "package.json"), '{ "exports": { "./jsx-runtime": "./jsx-runtime.js" } }');
    // What React's own does, as far as a result that can be compared goes.
    writeFileSync(path.join(react, "jsx-runtime.js"), "exports.jsx = (type, props) => ({ type, props });");
    const { outputs } = await client.execute(CELL);
    assert.deepEqual(outputs[0]?.content["data"], {
      "text/plain": `'{"type":"b","props":{"title":"w","children":24}}'`,
    });
    assert.equal(outputs.length, 1);
  });
});

describe("JSX by tsconfig.json", { timeout: 300_000 }, () => {
  const { value, write } = hostedCells(temporaryFolder());
  write("node_modules/tiny/package.json", '{ "exports": { "./jsx-runtime": "./jsx.mjs" } }');
  write("node_modules/tiny/jsx.mjs", "export const jsx = (type, props) => 'tiny ' + type;");

  test("is written out for the package that it names, in cells and in files", async () => {
    write("tsconfig.json", '{ "compilerOptions": { "jsx": "react-jsx", "jsxImportSource": "tiny" } }');
    write("c.tsx", "export const c = <i title='1' />;");
    assert.equal(await value('import { c } from "./c"; [c, <b title="1" />]'), "[ 'tiny i', 'tiny b' ]");
    assert.equal(await value('using r = { [Symbol.dispose]() {} }; [<b title="1" />]'), "[ 'tiny b' ]");
  });

  test("is a call of the function that it names", async () => {
    write("tsconfig.json", '{ "compilerOptions": { "jsx": "react", "jsxFactory": "h" } }');
    assert.equal(await value('const h = (type: string) => "h " + type; <b title="1" />'), "'h b'");
    write("d.tsx", "const h = (type: string) => 'own ' + type; export const d = <i title='1' />;");
    assert.equal(await value('import { d } from "./d"; d'), "'own i'");
  });
});
