/** Notebooks of other kernels here, and our library in other kernels. */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import { startCells } from "../support/cells.js";
import { Client, codeCells, jupyterEnvironment, python, withoutJupyter } from "../support/client.js";
import { hostedCells } from "../support/hosted-cells.js";
import { repository } from "../support/repository.js";
import { temporaryFolder } from "../support/temporary-folder.js";

describe("tslab's display in this kernel", () => {
  const folder = temporaryFolder();
  const run = startCells(folder);

  test("shows every kind that tslab shows", async () => {
    const { displays, error } = await run(`
      import * as tslab from "tslab";
      const { display } = tslab;
      const bytes = new Uint8Array([1, 2, 3]);
      display.javascript("1"); display.html("<b>"); display.markdown("# a"); display.latex("$x$"); display.svg("<svg/>");
      display.png(bytes); display.jpeg(bytes); display.gif(bytes); display.pdf(bytes); display.text("plain");
      display.raw("application/x-own", Buffer.from("own"));`);
    assert.equal(error, undefined);
    assert.deepEqual(
      displays.map(({ data }) => Object.entries(data)[0]),
      [
        ["text/javascript", "1"],
        ["text/html", "<b>"],
        ["text/markdown", "# a"],
        ["text/latex", "$x$"],
        ["image/svg+xml", "<svg/>"],
        ["image/png", "AQID"],
        ["image/jpeg", "AQID"],
        ["image/gif", "AQID"],
        ["application/pdf", "AQID"],
        ["text/plain", "plain"],
        ["application/x-own", "b3du"],
      ],
    );
  });

  test("newDisplay() replaces its own output", async () => {
    const { displays } = await run(
      'const own = tslab.newDisplay(); own.text("1"); own.html("<b>2"); own.text("3")',
    );
    assert.deepEqual(
      displays.map(({ type }) => type),
      ["display", "update", "update"],
    );
    assert.equal(new Set(displays.map(({ displayId }) => displayId)).size, 1);
  });

  test("a tslab that is installed for the notebook comes first", async () => {
    const own = path.join(folder, "node_modules", "tslab");
    mkdirSync(own, { recursive: true });
    writeFileSync(path.join(own, "package.json"), '{"name":"tslab","main":"index.js"}');
    writeFileSync(path.join(own, "index.js"), "exports.versions = 'its own'");
    const { value } = await run('import { versions } from "tslab"; versions');
    assert.equal(value?.["text/plain"], "'its own'");
  });

  test("its types are known to completion", { skip: withoutJupyter, timeout: 300_000 }, async () => {
    const client = await Client.start(temporaryFolder());
    try {
      const code = 'import * as tslab from "tslab";\ntslab.display.mark';
      const { reply } = await client.request("complete_request", { code, cursor_pos: code.length });
      assert.deepEqual(reply.content["matches"], ["markdown"]);
      const helpers = 'import { html } from "netspace/display";\nhtml`<b>`.sour';
      const answer = await client.request("complete_request", { code: helpers, cursor_pos: helpers.length });
      assert.deepEqual(answer.reply.content["matches"], ["source"]);
    } finally {
      await client.close();
    }
  });
});

describe("Deno's display functions in this kernel", { timeout: 300_000 }, () => {
  const { run } = hostedCells(temporaryFolder());

  test("show what the conformance suite kernel-testbed has TypeScript kernels show", async () => {
    const html = (text: string, id = "{}") =>
      `{ data: { "text/html": "<b>${text}</b>" }, metadata: {}, transient: ${id} }`;
    const bold = await run(`await Deno.jupyter.broadcast("display_data", ${html("bold")})`);
    assert.equal(bold.trace, undefined);
    assert.deepEqual(
      bold.displays.map(({ type, data }) => [type, data]),
      [["display", { "text/html": "<b>bold</b>" }]],
    );
    const id = '{ display_id: "test_update" }';
    const { displays } = await run(
      `await Deno.jupyter.broadcast("display_data", ${html("initial", id)}); await Deno.jupyter.broadcast("update_display_data", ${html("updated", id)})`,
    );
    assert.deepEqual(
      displays.map(({ type, displayId, data }) => [type, displayId, data["text/html"]]),
      [
        ["display", "test_update", "<b>initial</b>"],
        ["update", "test_update", "<b>updated</b>"],
      ],
    );
  });

  test("display, format and make markup and pictures as Deno's do", async () => {
    const first = async (code: string) => (await run(code)).displays[0]?.data;
    assert.deepEqual(
      await first(
        "const { html, md, svg } = Deno.jupyter; await Deno.jupyter.display(html`<b>${'<i>x</i>'}${undefined}</b>`)",
      ),
      {
        "text/html": "<b><i>x</i></b>",
        "text/plain": "<b><i>x</i></b>",
      },
    );
    assert.equal((await first("await Deno.jupyter.display(md`# ${1}`)"))?.["text/markdown"], "# 1");
    assert.equal((await first("display(svg`<svg/>`)"))?.["image/svg+xml"], "<svg/>");
    assert.deepEqual(
      await first("await Deno.jupyter.display({ 'text/plain': 'raw' }, { raw: true, display_id: 'd' })"),
      { "text/plain": "raw" },
    );
    assert.equal(
      (await first("await Deno.jupyter.display(Buffer.from('89504e470d0a1a0a00', 'hex'))"))?.["image/png"],
      "iVBORw0KGgoA",
    );
    assert.equal(
      (await run("await Deno.jupyter.format([{ a: 1 }])")).value?.toString().includes("text/html"),
      true,
    );
    const own = await first(
      "class T { [Deno.jupyter.$display]() { return { 'text/html': '<i>' } } }\nawait Deno.jupyter.display(new T())",
    );
    assert.equal(own?.["text/html"], "<i>");
    assert.match((await run("await Deno.jupyter.image('/no/such.png')")).trace ?? "", /ENOENT/);
    assert.equal(
      (await run("await Deno.jupyter.broadcast('stream', { name: 'stdout', text: 'said' })")).text,
      "said",
    );
    assert.match(
      (await run("await Deno.jupyter.broadcast('comm_open', {})")).trace ?? "",
      /expected one of display_data/,
    );
  });

  test("are there for cells alone: packages do not take this process for Deno", async () => {
    assert.equal(
      (await run("[typeof globalThis.Deno, 'Deno' in globalThis, typeof Deno]")).value,
      "[ 'undefined', false, 'undefined' ]",
    );
    assert.equal((await run("require('vm').runInThisContext('typeof Deno')")).value, "'undefined'");
    assert.equal((await run("const Deno = { jupyter: 5 }; Deno.jupyter")).value, "5");
    assert.equal((await run("Deno.jupyter")).value, "5");
  });
});

describe("names of other kernels", { timeout: 300_000 }, () => {
  const { run, failure } = hostedCells(temporaryFolder());

  test("say in the error what ours is called", async () => {
    for (const [code, instead] of [
      ["html`<b>`", /import \{ html \} from "netspace\/display"/],
      ["md('# a')", /import \{ md \} from "netspace\/display"/],
      ["tslab.display.html('<b>')", /import \* as tslab from "tslab".*display\(value\)/],
      ["$$.html('<b>')", /display\(value\).*html, md/],
      ["confirm('sure?')", /prompt\(/],
      ["await Deno.readTextFile('x')", /Deno\.readTextFile is not offered here.*readFile\(path, "utf8"\)/],
      ["Deno.env.get('HOME')", /process\.env/],
      ["Deno.serve(() => {})", /Deno\.serve is not offered here: cells run on Node\.js.*Deno\.jupyter alone/],
      ["Deno.jupyter.latex('x')", /Deno\.jupyter\.latex.*import \{ latex \} from "netspace\/display"/],
    ] as const) {
      assert.match(await failure(code), instead, code);
    }
    assert.match(String((await run("Deno")).value), /jupyter/);
    assert.equal((await run("import tslab from 'tslab'; typeof tslab.newDisplay")).value, "'function'");
  });
});

const peers = path.join(repository, "bench", "peers", "node_modules");
const skip =
  withoutJupyter ||
  (!existsSync(path.join(peers, "tslab")) && "needs tslab: npm ci --prefix bench/peers --ignore-scripts");

test("a notebook that uses only netspace runs in the real tslab", { skip, timeout: 300_000 }, () => {
  const folder = temporaryFolder();
  const modules = path.join(folder, "node_modules");
  mkdirSync(path.join(modules, "@types"), { recursive: true });
  symlinkSync(repository, path.join(modules, "netspace"), "junction");
  // tslab looks for these beside the notebook, and refuses console.log without them.
  symlinkSync(path.join(peers, "@types", "node"), path.join(modules, "@types", "node"), "junction");
  symlinkSync(path.join(peers, "tslab"), path.join(modules, "tslab"), "junction");
  const spec = path.join(folder, "jupyter", "kernels", "tslab");
  mkdirSync(spec, { recursive: true });
  const argv = [process.execPath, path.join(peers, "tslab", "bin", "tslab"), "kernel", "--config-path"];
  const display_name = "TypeScript (tslab)";
  const kernel = { argv: [...argv, "{connection_file}"], display_name, language: "typescript" };
  writeFileSync(path.join(spec, "kernel.json"), JSON.stringify(kernel));
  const file = path.join(folder, "notebook.ipynb");
  const metadata = { kernelspec: { name: "tslab", display_name, language: "typescript" } };
  const cells = codeCells(TSLAB_CELLS);
  writeFileSync(file, JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata, cells }));
  execFileSync(python, ["-m", "nbconvert", "--to=notebook", "--execute", "--inplace", file], {
    cwd: folder,
    env: { ...jupyterEnvironment(), JUPYTER_PATH: path.join(folder, "jupyter") },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const executed = JSON.parse(readFileSync(file, "utf8")) as {
    cells: { outputs: { output_type: string; text?: string[]; data?: Record<string, string> }[] }[];
  };
  const outputs = executed.cells.flatMap(cell => cell.outputs);
  assert.deepEqual(
    outputs.map(({ output_type }) => output_type),
    ["stream", "stream", "display_data"],
  );
  assert.equal(outputs[0]?.text?.join(""), "2684792 199040872 2164056\n");
  assert.equal(outputs[1]?.text?.join(""), "3 networks\n");
  assert.match(outputs[2]?.data?.["image/png"] ?? "", /^iVBORw0KGgo/);
});

/** The library's own types are checked there by TypeScript 5.0, and its ES modules loaded beside CommonJS. */
const TSLAB_CELLS = [
  `import { build, complexity, zoo } from "netspace";
const { params, flops, acts } = complexity(build(zoo("RegNetX-200MF").architecture));
console.log(params, flops, acts);`,
  `import { sample, spaceByName } from "netspace";
const samples = sample(spaceByName("AnyNetXA"), { n: 3, seed: 1 });
console.log(samples.length, "networks");`,
  // tslab knows no display convention: a picture is shown through its own functions.
  `import * as tslab from "tslab";
import { Figure } from "netspace";
const figure = new Figure([{ y: [3, 1, 2] }], { width: 320, height: 240 });
tslab.display.png(await figure.toPng());`,
];
