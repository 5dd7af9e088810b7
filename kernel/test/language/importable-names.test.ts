/** Names that could be imported: found, offered in the right places, and true once they are taken. */

import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { begun, nameAt, nameItems, statementItems } from "../../language/import-offers.js";
import { ImportableNames } from "../../language/importable-names.js";
import { exportedNames, packageDeclarations } from "../../modules/module-exports.js";
import { Client, executeRequest, withoutJupyter } from "../support/client.js";
import { serveHost } from "../support/repository.js";
import { temporaryFolder } from "../support/temporary-folder.js";

serveHost();

const FOLDER = temporaryFolder();

function write(file: string, text: string): string {
  const to = path.join(FOLDER, file);
  mkdirSync(path.dirname(to), { recursive: true });
  writeFileSync(to, text);
  return to;
}

write("package.json", '{ "dependencies": { "some-widths": "1", "@scope/typed": "1", "no-types": "1" } }');
write("node_modules/some-widths/package.json", '{ "exports": { ".": { "import": "./esm/main.js" } } }');
const entry = write(
  "node_modules/some-widths/esm/main.d.ts",
  `export * from "./more"; export * from "./cycle.js"; export { inner as quantizedWidths } from "./more";
   declare function some(): void; export default some;`,
);
write("node_modules/some-widths/esm/more/index.d.ts", "export const inner: number; export default inner;");
write(
  "node_modules/some-widths/esm/cycle.d.ts",
  'export * from "./main.js"; export interface WidthOptions {}',
);
write("node_modules/@scope/typed/package.json", '{ "main": "index.js" }');
write("node_modules/@types/scope__typed/package.json", '{ "types": "index.d.ts" }');
write("node_modules/@types/scope__typed/index.d.ts", "export declare class Typed {}");
write("node_modules/no-types/package.json", '{ "main": "index.js" }');

const names = async () => {
  const found = new ImportableNames(FOLDER, { own: entry }, message => assert.fail(message));
  await found.load();
  return found;
};

test("exportedNames() follows what a file passes on, once, and leaves out other files' defaults", () => {
  const found = exportedNames(entry);
  assert.deepEqual([...found].sort(), ["WidthOptions", "default", "inner", "quantizedWidths"]);
});

test("packageDeclarations() finds types in the package, in @types, or says there are none", () => {
  assert.equal(packageDeclarations("some-widths", FOLDER), entry);
  assert.match(packageDeclarations("@scope/typed", FOLDER) ?? "", /scope__typed[\\/]index\.d\.ts$/);
  assert.equal(packageDeclarations("no-types", FOLDER), undefined);
  assert.equal(packageDeclarations("not-there", FOLDER), undefined);
});

test("ImportableNames knows the kernel's modules, Node's, and those of the notebook's packages, in that order", async () => {
  const found = await names();
  assert.deepEqual(
    found.find("quantized").map(({ module }) => module),
    ["own", "some-widths"],
  );
  assert.deepEqual(found.named("Typed"), { name: "Typed", module: "@scope/typed", isDefault: false });
  assert.deepEqual(found.named("someWidths"), { name: "someWidths", module: "some-widths", isDefault: true });
  assert.deepEqual(found.named("path"), { name: "path", module: "node:path", isDefault: true });
  assert.ok(found.find("READFILE").some(({ name, module }) => name === "readFile" && module === "node:fs"));
  assert.equal(found.named("toString"), undefined);
});

test("ImportableNames sees packages that are installed later", async () => {
  const found = await names();
  assert.equal(found.named("late"), undefined);
  write("node_modules/late/package.json", '{ "types": "./late.d.ts" }');
  write("node_modules/late/late.d.ts", "export const late: 1;");
  write("package.json", '{ "dependencies": { "some-widths": "1", "@scope/typed": "1", "late": "1" } }');
  await found.load();
  assert.equal(found.named("late")?.module, "late");
});

test("begun() reads names and import statements, not members or single letters", () => {
  assert.deepEqual(begun("let x = samp", 12), { name: "samp", statement: false });
  assert.deepEqual(begun("1;\n  import samp", 16), { name: "samp", statement: true });
  assert.deepEqual(begun("import samp from 'x'", 11), { name: "samp", statement: false });
  for (const code of ["space.samp", "space?.samp", "s", "", "this.#samp", "1 + "]) {
    assert.equal(begun(code, code.length), undefined, code);
  }
  assert.equal(nameAt("f(sample)", 5), "sample");
  assert.equal(nameAt("a.sample", 5), undefined);
});

test("items are offered where the server sees globals, once a name, and not for names in scope", async () => {
  const found = (await names()).find("quantized");
  const inScope = [{ label: "globalThis" }, { label: "quantize" }];
  assert.deepEqual(
    nameItems(found, inScope).map(({ label, detail, module }) => [label, detail, module]),
    [["quantizedWidths", 'import { quantizedWidths } from "own";', "own"]],
  );
  assert.deepEqual(nameItems(found, [{ label: "quantizedWidths" }, ...inScope]), []);
  assert.deepEqual(nameItems(found, [{ label: "a string" }]), []);
  assert.deepEqual(
    statementItems(found).map(({ label }) => label),
    ['{ quantizedWidths } from "own";', '{ quantizedWidths } from "some-widths";'],
  );
});

describe("in the kernel", { skip: withoutJupyter, timeout: 300_000 }, () => {
  let client: Client;
  before(async () => {
    client = await Client.start(FOLDER);
  });
  after(() => client.close());
  const complete = async (code: string) =>
    (await client.request("complete_request", { code, cursor_pos: code.length })).reply.content as {
      matches: string[];
      cursor_start: number;
      metadata: { _jupyter_types_experimental: Record<string, string>[] };
    };

  test("a name completes without its import, and its item says where it comes from", async () => {
    const { matches, metadata } = await complete("const n = countArch");
    assert.deepEqual(matches, ["countArchitecture"]);
    const [item] = metadata._jupyter_types_experimental;
    assert.equal(item?.["module"], "netspace");
    assert.equal(item?.["signature"], 'import { countArchitecture } from "netspace";');
    assert.deepEqual((await complete("const someText = 'countArch")).matches, []);
    assert.deepEqual((await complete("Math.countArch")).matches, []);
  });

  test("behind import, a name completes to a statement that runs", async () => {
    const code = "import countArch";
    const { matches, cursor_start } = await complete(code);
    assert.deepEqual(matches, ['{ countArchitecture } from "netspace";']);
    const { reply } = await client.execute(code.slice(0, cursor_start) + matches[0]);
    assert.equal(reply.content["status"], "ok");
    const used = await client.execute("typeof countArchitecture");
    assert.deepEqual(used.outputs[0]?.content["data"], { "text/plain": "'function'" });
    // Now it is in scope, and nothing to import any more.
    const { metadata } = await complete("countArch");
    assert.equal(metadata._jupyter_types_experimental[0]?.["module"], undefined);
  });

  test("inspection tells of names that are not imported", async () => {
    const { content } = (await client.request("inspect_request", { code: "x = platform()", cursor_pos: 8 }))
      .reply;
    const plain = (content["data"] as Record<string, string>)["text/plain"] ?? "";
    assert.match(plain, /^import { platform } from "node:os";/);
    assert.match(plain, /function platform\(\)/);
  });

  test("a type error about an unknown name says how to import it", async () => {
    const id = client.send("execute_request", executeRequest("try { hostname() } catch {}"));
    const { content } = await client.until(({ parent, type }) => parent === id && type === "stream");
    assert.match(
      String(content["text"]),
      /Cannot find name 'hostname'.*hint: import { hostname } from "node:os";/s,
    );
    await client.answer(id);
  });
});
