/**
 * The kernel as a package of its own: packed, unpacked where there is nothing else, registered by its own program, and
 * used through Jupyter's client for what jupyter_kernel_test asks of any kernel. The client checks every message.
 */

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  statSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { Client, environmentOf, executeRequest, type Received, withoutJupyter } from "./support/client.js";
import { buildKernel, type Packed, packed } from "./support/packed.js";
import { temporaryFolder } from "./support/temporary-folder.js";

const NAME = "typescript-jupyter-kernel";
const parent = realpathSync(temporaryFolder());
const prefix = path.join(parent, "prefix");
const work = path.join(parent, "work");
const env = environmentOf(prefix);
let kernel: Packed;

const program = (...args: string[]) => {
  const { bin } = JSON.parse(readFileSync(path.join(kernel.folder, "package.json"), "utf8")) as {
    bin: Record<string, string>;
  };
  const file = path.join(kernel.folder, bin[NAME] ?? "");
  assert.match(readFileSync(file, "utf8"), /^#!\/usr\/bin\/env node\n/);
  return spawnSync(process.execPath, [file, ...args], { encoding: "utf8", cwd: parent });
};

before(() => {
  buildKernel();
  const empty = path.join(parent, "empty");
  mkdirSync(empty);
  mkdirSync(work);
  kernel = packed(path.join(import.meta.dirname, "..", "..", "..", "kernel"), empty);
  const { status, stderr } = program("install", "--prefix", prefix);
  assert.equal(status, 0, stderr);
});

describe("the kernel's package", () => {
  test("holds its code, README and licence, and no tests", () => {
    for (const file of [
      "README.md",
      "LICENSE",
      "dist/main.js",
      "dist/install.js",
      "dist/evaluator/process.js",
    ]) {
      assert.ok(kernel.files.includes(file), file);
    }
    assert.deepEqual(
      kernel.files.filter(file => /(^|\/)test\/|\.tsbuildinfo$/.test(file)),
      [],
    );
  });

  test("names no host", () => {
    // The licence says whose it is.
    const code = kernel.files.filter(file => file !== "LICENSE");
    const naming = code.filter(file =>
      /netspace/i.test(readFileSync(path.join(kernel.folder, file), "utf8")),
    );
    assert.deepEqual(naming, []);
  });

  test("says the name and version that its code has", async () => {
    const { NAME: name, VERSION: version } = await import("../hosts/package.js");
    const said = JSON.parse(readFileSync(path.join(kernel.folder, "package.json"), "utf8")) as object;
    assert.deepEqual(said, { ...said, name, version });
    assert.equal(program("--version").stdout, `${version}\n`);
  });

  test('registers a kernel "TypeScript", and takes it back with all that came with it', () => {
    const elsewhere = path.join(parent, "elsewhere");
    const { stdout } = program("install", "--prefix", elsewhere);
    const folder = path.join(elsewhere, "share", "jupyter", "kernels", "typescript");
    assert.equal(stdout, `installed ${folder}\n`);
    const spec = JSON.parse(readFileSync(path.join(folder, "kernel.json"), "utf8")) as Record<
      string,
      unknown
    >;
    assert.deepEqual(
      [spec["display_name"], spec["language"], spec["env"]],
      ["TypeScript", "typescript", undefined],
    );
    assert.deepEqual((spec["argv"] as string[]).slice(-2), [
      path.join(kernel.folder, "dist", "main.js"),
      "{connection_file}",
    ]);
    assert.deepEqual(readdirSync(path.join(elsewhere, "share", "jupyter", "labextensions")), [NAME]);
    assert.equal(program("uninstall", "--prefix", elsewhere, "--json").stdout, `{"removed":"${folder}"}\n`);
    assert.deepEqual(readdirSync(path.join(elsewhere, "share", "jupyter", "kernels")), []);
    assert.deepEqual(readdirSync(path.join(elsewhere, "share", "jupyter", "labextensions")), []);
  });

  test("says how it is used, with exit code 2 where it was not used so", () => {
    assert.match(program("--help").stdout, /^usage: typescript-jupyter-kernel install/);
    for (const args of [
      [],
      ["--prefix", parent],
      ["remove"],
      ["install", "twice"],
      ["install", "--nmae=x"],
    ]) {
      const { status, stdout, stderr } = program(...args);
      assert.deepEqual([status, stdout], [2, ""], args.join(" "));
      assert.match(stderr, /\nusage: /);
    }
    const { status, stderr } = program("install", "--prefix", parent, "--host", work);
    assert.equal(status, 1);
    assert.match(stderr, /^host: expected a package in .*work/);
    assert.ok(!existsSync(path.join(parent, "share")));
  });
});

describe("its server, with an interpreter written elsewhere", {
  skip: withoutJupyter,
  timeout: 60_000,
}, () => {
  let client: Client;
  before(async () => {
    const file = path.join(parent, "empty", "shout.mjs");
    writeFileSync(
      file,
      `import { Kernel, readConnection } from "${NAME}/server";
       const shouting = (_, listener) => ({
         start: () => listener.started?.(),
         execute: async ({ id, code }) => {
           listener.output({ type: "stream", id, name: "stdout", text: code.length + " letters\\n" });
           listener.output({ type: "result", id, data: { "text/plain": code.toUpperCase() }, metadata: {} });
           return { type: "done", id, userExpressions: {} };
         },
         deliver: async () => {}, interrupt() {}, answer() {}, inspect() {}, stop() {},
         restart() { listener.ended?.(true); this.start(); },
       });
       await new Kernel({ connection: readConnection(process.argv[2]), folder: process.cwd(), log: console.error,
         typecheck: "off", interpreter: shouting }).run();
       process.exit(0);`,
    );
    const spec = path.join(prefix, "share", "jupyter", "kernels", "shout");
    mkdirSync(spec, { recursive: true });
    const argv = [process.execPath, file, "{connection_file}"];
    writeFileSync(
      path.join(spec, "kernel.json"),
      JSON.stringify({ argv, display_name: "Shout", language: "text", interrupt_mode: "message" }),
    );
    client = await Client.start(work, {}, { kernel: "shout", env });
  });
  after(() => client?.close());

  test("is imported from the package, and serves its cells", async () => {
    const { reply, outputs } = await client.execute("hello there");
    assert.equal(reply.content["status"], "ok");
    assert.deepEqual(
      outputs.map(({ type, content }) => [type, content["text"] ?? content["data"]]),
      [
        ["stream", "11 letters\n"],
        ["execute_result", { "text/plain": "HELLO THERE" }],
      ],
    );
    assert.equal(await client.shutdown(), false);
  });
});

describe("the kernel alone", { skip: withoutJupyter, timeout: 300_000 }, () => {
  let client: Client;
  before(async () => {
    client = await Client.start(work, {}, { kernel: "typescript", env });
  });
  after(() => client?.close());

  const text = (outputs: readonly Received[], name = "stdout"): string =>
    outputs
      .filter(({ type, content }) => type === "stream" && content["name"] === name)
      .map(({ content }) => String(content["text"]))
      .join("");
  /** What an output shows, by MIME type. */
  const dataOf = (output: Received | undefined): Record<string, string> =>
    (output?.content["data"] ?? {}) as Record<string, string>;
  const value = async (code: string): Promise<unknown> => {
    const { reply, outputs } = await client.execute(code);
    assert.equal(reply.content["status"], "ok", JSON.stringify(reply.content));
    const result = outputs.find(({ type }) => type === "execute_result");
    return (result?.content["data"] as Record<string, unknown> | undefined)?.["text/plain"];
  };
  const failure = async (code: string): Promise<string> => {
    const { reply } = await client.execute(code);
    assert.equal(reply.content["status"], "error", code);
    // oxlint-disable-next-line no-control-regex -- colours
    return (reply.content["traceback"] as string[]).join("\n").replace(/\u001b\[[\d;]*m/g, "");
  };

  test("kernel_info says what it is", async () => {
    const { content } = (await client.request("kernel_info_request", {})).reply;
    assert.equal(content["implementation"], NAME);
    assert.match(String(content["banner"]), /^typescript-jupyter-kernel \d+\.\d+\.\d+: TypeScript on Node/);
    assert.equal((content["language_info"] as Record<string, unknown>)["file_extension"], ".ts");
    assert.doesNotMatch(JSON.stringify(content), /netspace|arxiv/i);
  });

  test("execute: text on both streams, values, errors, nothing when silent", async () => {
    const { outputs } = await client.execute("console.log('hello, world'); console.error('oh')");
    assert.equal(text(outputs), "hello, world\n");
    assert.equal(text(outputs, "stderr"), "oh\n");
    assert.equal(await value("const half = (x: number): number => x / 2; half(84)"), "42");
    assert.match(await failure("throw new RangeError('too wide')"), /RangeError: too wide/);
    assert.deepEqual((await client.execute("half(2)", { silent: true })).outputs, []);
  });

  test("display data: HTML, Markdown, LaTeX, SVG, PNG and JSON from the kernel's own module", async () => {
    const { outputs } = await client.execute(
      `import { html, json, latex, md, png, svg } from "${NAME}/display";
       for (const each of [html\`<b>\${"<"}</b>\`, md\`*a*\`, latex\`x^2\`, svg\`<svg xmlns="http://www.w3.org/2000/svg"/>\`,
         png(Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, ...Array(25).fill(1))), json({ a: 1 })]) display(each)`,
    );
    assert.deepEqual(
      outputs.filter(({ type }) => type !== "display_data").map(({ content }) => content),
      [],
    );
    const types = outputs.map(({ type, content }) => [type, Object.keys(content["data"] as object)[0]]);
    assert.deepEqual(
      types,
      ["text/html", "text/markdown", "text/latex", "image/svg+xml", "image/png", "application/json"].map(
        type => ["display_data", type],
      ),
    );
    assert.equal(dataOf(outputs[0])["text/html"], "<b>&lt;</b>");
  });

  test("a type of the kernel's own module is a type, wherever the package lies", async () => {
    assert.equal(
      await value(`import { Display } from "${NAME}/display"; const show: Display = display; typeof show`),
      "'function'",
    );
  });

  test("widgets are live: a slider opens a comm, and a message moves it", async () => {
    const { outputs } = await client.execute(
      `import { intSlider } from "${NAME}/widgets"; const depth = intSlider({ value: 3 }); depth`,
    );
    const models = client.messages.filter(
      ({ type, content }) =>
        type === "comm_open" &&
        (content["data"] as { state?: Record<string, unknown> }).state?.["_model_name"] === "IntSliderModel",
    );
    assert.equal(models.length, 1);
    const shown = outputs.find(({ type }) => type === "execute_result")?.content["data"] as object;
    assert.ok("application/vnd.jupyter.widget-view+json" in shown);
    const data = { method: "update", state: { value: 7 }, buffer_paths: [] };
    client.send("comm_msg", { comm_id: models[0]?.content["comm_id"], data });
    assert.equal(await value("depth.value"), "7");
  });

  test("types are checked", async () => {
    const { outputs } = await client.execute("const wide: number = 'wide'; 1");
    assert.match(text(outputs, "stderr"), /Type 'string' is not assignable to type 'number'/);
  });

  test("completion knows what cells declared, and offers imports of what the kernel has and of Node", async () => {
    const matches = async (code: string): Promise<string[]> =>
      (await client.request("complete_request", { code, cursor_pos: code.length })).reply.content[
        "matches"
      ] as string[];
    assert.ok((await matches("hal")).includes("half"));
    assert.ok(
      (await matches("Math.flo")).includes("Math.floor") || (await matches("Math.flo")).includes("floor"),
    );
    const offered = async (code: string, found: string): Promise<void> => {
      // The names are read beside the cells.
      for (let all = await matches(code); !all.includes(found); all = await matches(code))
        await client.execute("");
    };
    await offered("import intSli", `{ intSlider } from "${NAME}/widgets";`);
    await offered("import readFileSy", '{ readFileSync } from "node:fs";');
  });

  test("inspection tells types and documentation", async () => {
    const { content } = (await client.request("inspect_request", { code: "half", cursor_pos: 4 })).reply;
    assert.equal(content["found"], true);
    assert.match(JSON.stringify(content["data"]), /x: number/);
  });

  test("is_complete tells complete, incomplete and invalid code", async () => {
    const status = async (code: string): Promise<unknown> =>
      (await client.request("is_complete_request", { code })).reply.content["status"];
    assert.deepEqual(await Promise.all(["1 + 1", "for (;;) {", "} let"].map(status)), [
      "complete",
      "incomplete",
      "invalid",
    ]);
  });

  test("history: tail, range and search, kept under the kernel's own name", async () => {
    const inputs = async (content: object): Promise<unknown[]> =>
      (
        (await client.request("history_request", { output: false, raw: true, ...content })).reply.content[
          "history"
        ] as unknown[][]
      ).map(entry => entry[2]);
    await client.execute("'remember me'");
    assert.deepEqual(await inputs({ hist_access_type: "tail", n: 1 }), ["'remember me'"]);
    assert.ok((await inputs({ hist_access_type: "range", session: 0, start: 1, stop: 3 })).length > 0);
    assert.deepEqual(await inputs({ hist_access_type: "search", pattern: "*remember*", n: 5 }), [
      "'remember me'",
    ]);
    assert.ok(statSync(path.join(env["JUPYTER_DATA_DIR"] ?? "", NAME, "history.sqlite")).size > 0);
  });

  test("stdin: a cell asks, and gets the answer", async () => {
    const id = client.send("execute_request", executeRequest("prompt('Depth? ')", { allow_stdin: true }));
    await client.until(({ parent: of, type }) => of === id && type === "input_request");
    client.send("input_reply", { value: "13" }, "stdin");
    const { outputs } = await client.answer(id);
    assert.deepEqual(dataOf(outputs[0]), { "text/plain": "'13'" });
  });

  test("Stop ends a loop, and variables stay", async () => {
    const id = client.send("execute_request", executeRequest("console.log('on'); for (;;) {}"));
    await client.printed(id, /on/);
    client.interrupt();
    assert.equal((await client.answer(id)).reply.content["ename"], "Interrupted");
    assert.equal(await value("half(8)"), "4");
  });

  test("modules: local TypeScript, Node's; what is not there is said to be installed first", async () => {
    await client.execute(`%%writefile stage.ts\nexport enum Stage { Stem = 1 }`);
    assert.equal(await value('import { Stage } from "./stage"; Stage.Stem'), "1");
    assert.match(
      await failure('import { sample } from "netspace"'),
      /Cannot find package "netspace".*%npm install netspace/,
    );
    assert.match(
      await failure('import { slid } from "typescript-jupyter-kernel/none"'),
      /Cannot find|not exported|not defined/,
    );
    assert.match(
      await failure("markdown`x`"),
      /hint: import \{ md \} from "typescript-jupyter-kernel\/display"/,
    );
    assert.match(
      await failure('import "./widths.csv"'),
      /Cannot find module|read it: import \{ readFileSync \}/,
    );
  });

  test("tables and pages of other libraries are drawn, and magics are there", async () => {
    const { outputs } = await client.execute("[{ width: 8, depth: 2 }, { width: 16, depth: 3 }]");
    assert.match(dataOf(outputs[0])["text/html"] ?? "", /<table/);
    assert.match(text((await client.execute("%who")).outputs), /half/);
  });

  test("shutdown ends it", async () => {
    assert.equal(await client.shutdown(), false);
  });
});
