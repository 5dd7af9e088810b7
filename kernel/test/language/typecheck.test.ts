/** Type checking: what is found is shown with the cell, and never in its way. */

import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { formatTypeErrors, typeErrorReport, typeErrors } from "../../language/diagnostics.js";
import { LanguageService } from "../../language/service.js";
import { Client, executeRequest, withoutJupyter } from "../support/client.js";
import { serveHost } from "../support/repository.js";
import { temporaryFolder } from "../support/temporary-folder.js";

serveHost();

// oxlint-disable-next-line no-control-regex -- colours
const plain = (text: string): string => text.replace(/\u001b\[[\d;]*m/g, "");

describe("the type checker", { timeout: 300_000 }, () => {
  const folder = temporaryFolder();
  const service = new LanguageService({ folder, log: () => {} });
  after(() => service.stop());

  /** The codes of a cell's errors; a cell without any counts as executed. */
  async function check(code: string): Promise<(number | string | undefined)[]> {
    const errors = await service.check(code, true);
    if (errors.length === 0) service.executed(code);
    return errors.map(error => error.code);
  }

  test("types flow between cells, and a name declared again has its new type", async () => {
    assert.deepEqual(
      await check("interface Stage { width: number }\nconst stage: Stage = { width: 8 };"),
      [],
    );
    assert.deepEqual(await check("stage.width.toUpperCase()"), [2339]);
    assert.deepEqual(await check("const width = stage.width; function half() { return width / 2 }"), []);
    assert.deepEqual(await check("const width = 'wide'"), []);
    assert.deepEqual(await check("width.toUpperCase()"), []);
    assert.deepEqual(await check("half().toFixed()"), []);
    await service.prepare();
    assert.deepEqual(await check("width.toFixed(); half().toFixed()"), [2551]);
  });

  test("plain JavaScript, top-level await and assignment to names of other cells pass", async () => {
    assert.deepEqual(
      await check("function add(a, b) { return a + b }\nlet total = add(1, 2); var later;"),
      [],
    );
    assert.deepEqual(
      await check("total = await Promise.resolve(3); later = []; for await (const x of [1]) total++"),
      [],
    );
    assert.deepEqual(await check("display(total); console.log(_, prompt, clearOutput)"), []);
    assert.deepEqual(await check("import x from 'not-installed'; import './no-such-file.js'"), []);
  });

  test("objects and what a cell passes on have their types, and a global that failed is the global", async () => {
    assert.deepEqual(await check('{"k": 1, b: [2]}'), []);
    assert.deepEqual(await check('{\n  "k": (1).nothing\n}'), [2339]);
    assert.deepEqual(
      await check('export * as files from "node:fs"; export { sep as bar } from "node:path"'),
      [],
    );
    assert.deepEqual(await check("files.existsSync(bar); bar.nothing"), [2339]);
    service.executing("const Map = (() => { throw 1 })()")(false);
    assert.deepEqual(await check("new Map([[1, 2]]).get(1)?.toFixed()"), []);
    assert.deepEqual(await check("const Map = { ours: 1 }"), []);
    assert.deepEqual(await check("Map.ours.toFixed()"), []);
  });

  test("types come from packages, from Node and from local files, also after an edit", async () => {
    assert.deepEqual(await check("import { join } from 'node:path';\njoin(5)"), [2345]);
    const file = path.join(folder, "blocks.ts");
    writeFileSync(file, "export const ratio: number = 1;");
    assert.deepEqual(await check("import { ratio } from './blocks.ts'; ratio.toFixed()"), []);
    assert.deepEqual(await check("ratio.length"), [2339]);
    writeFileSync(file, "export const ratio: string = '1 to 4';");
    assert.deepEqual(await check("ratio.length"), []);
  });

  test("a default export that a module does not have is told, used or not", async () => {
    writeFileSync(path.join(folder, "named.ts"), "export const named = 1;");
    writeFileSync(path.join(folder, "both.ts"), "export const named = 1; export default 2;");
    writeFileSync(path.join(folder, "values.json"), "[1]");
    assert.deepEqual(await check("import absent from './named.ts'"), [1192]);
    assert.deepEqual(await check("import absent, { named } from './named.ts'; named"), [1192]);
    for (const specifier of ["./both.ts", "./values.json", "node:fs", "zeromq", "typescript"]) {
      assert.deepEqual(await check(`import there from '${specifier}'`), [], specifier);
    }
  });

  test("every kind of declaration is known to the next cell, as it is to the cell itself", async () => {
    for (const code of [
      "const e = 1; export { e }",
      "e.toFixed(); const o = 1, p = 's'; export { o as p }",
      "p.toUpperCase()",
      "namespace A.B { export const x = 1 }",
      "A.B.x.toFixed()",
      "export default function fine() { return 1 }",
      "fine().toFixed()",
      "import fs = require('fs')",
      "fs.readFileSync",
      "declare global { var everywhere: number }",
      "globalThis.everywhere.toFixed()",
      "declare module 'untyped';",
    ]) {
      assert.deepEqual(await check(code), [], code);
    }
    assert.deepEqual(await check("p.nope()"), [2339]);
  });

  test("what Node has is known, and plain JavaScript's catch", async () => {
    const names = Object.getOwnPropertyNames(globalThis).filter(name => /^[A-Za-z]\w*$/.test(name));
    assert.deepEqual(await check(names.map(name => `void ${name};`).join("\n")), []);
    assert.deepEqual(
      await check(
        "const m: WebAssembly.Module = new WebAssembly.Module(new Uint8Array(8)); new WebAssembly.Memory({ initial: 1 }).buffer;",
      ),
      [],
    );
    assert.deepEqual(await check("try { fine() } catch (e) { console.log(e.message) }"), []);
  });

  test("files with JSX, and those that extend what is everywhere, keep their types", async () => {
    writeFileSync(path.join(folder, "c.tsx"), "export const C: number = 1; export const el = <b />;");
    writeFileSync(
      path.join(folder, "augments.ts"),
      "declare global { interface Array<T> { second(): T } } export {};",
    );
    assert.deepEqual(await check("import { C } from './c.tsx'; C.toFixed()"), []);
    assert.deepEqual(await check("import './augments.ts'"), []);
    assert.deepEqual(await check("[1].second().toFixed()"), []);
  });

  test("aliases of tsconfig.json and package.json have types, after an edit too", async () => {
    mkdirSync(path.join(folder, "src"));
    writeFileSync(path.join(folder, "src", "wide.ts"), "export const wide: number = 1;");
    writeFileSync(
      path.join(folder, "package.json"),
      '{ "imports": { "#wide": "./src/wide.ts", "#s/*": { "node": "./src/*.js" } } }',
    );
    writeFileSync(
      path.join(folder, "tsconfig.json"),
      '{ "compilerOptions": { "paths": { "@/*": ["./src/*"] } } }',
    );
    for (const name of ["@/wide", "#wide", "#s/wide"]) {
      assert.deepEqual(await check(`import { wide } from "${name}"; wide.toUpperCase()`), [2339], name);
    }
    writeFileSync(
      path.join(folder, "tsconfig.json"),
      '{ "compilerOptions": { "paths": { "late/*": ["./src/*"] }, "baseUrl": "." } }',
    );
    for (const name of ["late/wide", "src/wide"]) {
      assert.deepEqual(await check(`import { wide } from "${name}"; wide.toUpperCase()`), [2339], name);
    }
  });

  test("an await that was forgotten is asked for", async () => {
    const [error] = await service.check("const later = Promise.resolve([1]); later.length", true);
    assert.match(
      error?.message ?? "",
      /Property 'length' does not exist.*\nhint: Did you forget to use 'await'\?$/,
    );
  });

  test("texts and lists that a variable made wider are told from others", async () => {
    const declared =
      "declare function fit(o: { kind: 'line' | 'curve'; window?: readonly [number, number] }): void;";
    const hint = /\nhint: a text or list that is kept in a variable .*`as const`/;
    for (const code of [
      "const o = { kind: 'line' }; fit(o)",
      "const w = [1, 2]; fit({ kind: 'line', window: w })",
    ]) {
      const [error] = await service.check(`${declared} ${code}`, true);
      assert.match(error?.message ?? "", hint, code);
    }
    assert.deepEqual(
      await check(`${declared} const o = { kind: 'line', window: [1, 2] } as const; fit(o)`),
      [],
    );
    for (const code of ["fit({ kind: 3 })", "const n: string = 1;", "const n: number[] = 'a';"]) {
      const [error] = await service.check(`${declared} ${code}`, true);
      assert.doesNotMatch(error?.message ?? "hint", /hint/, code);
    }
  });

  test("the names of a cell that runs are known to others, and its types when it has ended", async () => {
    assert.deepEqual(await check("let stages = 4"), []);
    const ended = service.executing("let stages = 'four'; let trained = 0; class Net { #w = 8 }");
    assert.deepEqual(await check("const seen: Net = new Net(); trained.toFixed(); stages.toFixed()"), []);
    ended(true);
    assert.deepEqual(await check("const again: Net = seen; stages.toUpperCase()"), []);
    const failed = service.executing("let unknownYet = 1");
    service.forget();
    failed(false);
    assert.deepEqual(await check("unknownYet"), [2304]);
  });

  test("current syntax is understood", async () => {
    assert.deepEqual(
      await check(
        "const m = { a: 1 } satisfies Record<string, number>; enum E { A } namespace N { export const x = E.A }",
      ),
      [],
    );
    assert.deepEqual(await check("using r = { [Symbol.dispose]() {} };"), []);
  });
});

test("findings outside the cell, and those that are no type errors, are left out", () => {
  const at = (line: number, code: number, severity = 1) => ({
    range: { start: { line, character: 0 }, end: { line, character: 1 } },
    severity,
    code,
    message: "m",
  });
  const found = [
    at(0, 2322),
    at(3, 2345),
    at(1, 2322),
    at(1, 7006),
    at(1, 2451),
    at(1, 1005),
    at(1, 6133, 4),
    at(5, 2322),
  ];
  assert.deepEqual(
    typeErrors(found, 3).map(({ range }) => range.start.line),
    [1, 3],
  );
});

test("an error is shown with its place and line, and many are counted", () => {
  const error = {
    range: { start: { line: 2, character: 6 }, end: { line: 2, character: 11 } },
    severity: 1,
    code: 2322,
    message: "Type 'string' is not assignable to type 'number'.",
  };
  const source = "// first\nconst width: number = 'a';";
  assert.equal(
    plain(formatTypeErrors([error], source, "In [4]")),
    "TS2322 In [4], line 2, column 7: Type 'string' is not assignable to type 'number'.\n> 2 | const width: number = 'a';\n    |       ^^^^^",
  );
  assert.match(
    formatTypeErrors(
      Array.from({ length: 9 }, () => error),
      source,
      "In [4]",
    ),
    /… 4 more type errors$/,
  );
  const report = typeErrorReport([error], source, "In [4]");
  assert.equal(report.ename, "TypeCheckError");
  assert.match(
    plain(report.traceback.join("\n")),
    /TS2322: Type 'string'.*\n\n.*line 2[^]*the cell was not run/,
  );
});

test("names that nothing declares stand in one line, what may import them below it, and other errors after it", () => {
  const at = (character: number) => ({
    start: { line: 1, character },
    end: { line: 1, character: character + 1 },
  });
  const unknown = (name: string, code = 2304) => ({
    range: at(0),
    severity: 1,
    code,
    message: `Cannot find name '${name}'.${name === "E" ? '\nhint: import { E } from "netspace";' : ""}`,
  });
  const other = {
    range: at(2),
    severity: 1,
    code: 2322,
    message: "Type 'string' is not assignable to type 'number'.",
  };
  const text = (errors: Parameters<typeof formatTypeErrors>[0]) =>
    plain(formatTypeErrors(errors, "row + A + E", "In [4]"));
  assert.equal(
    text([unknown("row"), unknown("A"), other, unknown("E"), unknown("A")]),
    `TS2304 In [4]: row, A and E are not defined; run the cells above first
hint: import { E } from "netspace";
TS2322 In [4], line 1, column 3: Type 'string' is not assignable to type 'number'.
> 1 | row + A + E
    |   ^`,
  );
  const many = Array.from({ length: 14 }, (_, i) => unknown(`n${i}`));
  assert.match(text(many), /n0, n1, .* n9 and 4 more are not defined/);
  assert.match(text([unknown("row"), unknown("row")]), /line 1, column 1: Cannot find name 'row'/);
});

describe("a kernel that checks types", { skip: withoutJupyter, timeout: 300_000 }, () => {
  let client: Client;
  before(async () => {
    client = await Client.start();
    await client.execute("1");
  });
  after(() => client.close());

  test("runs the cell, and shows what is wrong with it", async () => {
    const { reply, outputs } = await client.execute("const wide: string = 5;\nwide");
    assert.equal(reply.content["status"], "ok");
    // A server that is busy may be late, which must not keep the cell.
    const { content } = await client.printed(String(reply.parent), /TS/);
    assert.match(
      plain(String(content["text"])),
      /^TS2322 In \[2\], line 1, column 7: Type 'number' is not assignable/,
    );
    assert.ok(outputs.some(({ type }) => type === "execute_result"));
  });

  test("an interrupt, and the end of a subshell, reach a cell whose types are still being checked", async () => {
    await client.execute("%typecheck error");
    // A server that is stopped answers no check, and cells with type errors must not run: the kernel waits for it.
    await client.execute(`const processes = (await import("node:child_process"))
      .execFileSync("ps", ["-A", "-o", "pid=,ppid=,args="], { encoding: "utf8" }).split("\\n");
      const servers = processes.map(line => /^ *(\\d+) +(\\d+) .*--lsp/.exec(line)).filter(found => Number(found?.[2]) === process.ppid);
      const server = Number(servers[0]![1]); let ran = 0;`);
    const { reply: made } = await client.request("create_subshell_request", {}, "control");
    const { subshell_id } = made.content;
    // Silent cells are not checked.
    await client.execute("process.kill(server, 'SIGSTOP')", { silent: true });
    const checked = executeRequest("ran++;");
    const inMain = client.send("execute_request", checked);
    const behind = client.send("execute_request", checked);
    const inSubshell = client.send("execute_request", checked, "shell", { subshell_id });
    for (const id of [inMain, inSubshell])
      await client.until(({ type, parent }) => type === "execute_input" && parent === id);
    await client.request("delete_subshell_request", { subshell_id }, "control");
    const { reply: deleted } = await client.answer(inSubshell);
    assert.equal(deleted.content["ename"], "Interrupted");
    await client.request("interrupt_request", {}, "control");
    const { reply, outputs } = await client.answer(inMain);
    assert.equal(reply.content["ename"], "Interrupted");
    assert.equal(reply.content["evalue"], "the cell was interrupted; variables are kept");
    assert.deepEqual(
      outputs.map(({ type }) => type),
      ["error"],
    );
    assert.equal((await client.answer(behind)).reply.content["status"], "aborted");
    await client.execute("process.kill(server, 'SIGCONT')", { silent: true });
    const looked = await client.execute("ran");
    assert.deepEqual(looked.outputs.find(({ type }) => type === "execute_result")?.content["data"], {
      "text/plain": "0",
    });
    await client.execute("%typecheck warn");
  });

  test("says under a cell that types are not checked, when the server keeps ending", async () => {
    const end = `for (const [, pid, parent] of (await import("node:child_process"))
      .execFileSync("ps", ["-A", "-o", "pid=,ppid=,args="], { encoding: "utf8" }).matchAll(/^ *(\\d+) +(\\d+) .*--lsp/gm))
      if (Number(parent) === process.ppid) process.kill(Number(pid), "SIGKILL");`;
    for (;;) {
      await client.request("complete_request", { code: "Math.flo", cursor_pos: 8 });
      await client.execute(end, { silent: true });
      const { outputs } = await client.execute("0;");
      const text = plain(outputs.map(({ content }) => JSON.stringify(content["text"])).join(""));
      if (!text.includes("types are not checked")) continue;
      assert.match(
        text,
        /^"types are not checked and names not completed: the language server ended \(SIGKILL\), 3 times/,
      );
      break;
    }
    const { outputs } = await client.execute("0;");
    assert.deepEqual(
      outputs.filter(({ type }) => type === "stream"),
      [],
    );
  });

  test("says nothing in silent cells", async () => {
    const { broadcasts } = await client.execute("const s: string = 5", { silent: true });
    assert.deepEqual(broadcasts, ["status", "status"]);
  });
});

test("a kernel told to refuse type errors does not run such cells, one told nothing of types runs all", {
  skip: withoutJupyter,
  timeout: 300_000,
}, async () => {
  for (const mode of ["error", "off"]) {
    process.env["NETSPACE_TYPECHECK"] = mode;
    const client = await Client.start();
    delete process.env["NETSPACE_TYPECHECK"];
    try {
      const { reply, outputs } = await client.execute("let ran = true;\nconst n: number = 'a'");
      assert.equal(reply.content["status"], mode === "error" ? "error" : "ok");
      assert.deepEqual(
        outputs.map(({ type }) => type),
        mode === "error" ? ["error"] : [],
      );
      const next = await client.execute("console.log(typeof (globalThis as any).x, 'plain')");
      assert.equal(next.reply.content["status"], "ok");
    } finally {
      await client.close();
    }
  }
});
