/** Magics: in the evaluator, as the language service sees them, and through a client. */

import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { completeMagic } from "../../language/magics/complete-magic.js";
import { environment } from "../../magics/env.js";
import { expandMagics } from "../../cells/expand-magics.js";
import { magicCompleteness } from "../../language/magics/magic-completeness.js";
import { maskMagics } from "../../cells/mask-magics.js";
import { duration } from "../../magics/support/duration.js";
import { type Answer, Client, withoutJupyter } from "../support/client.js";
import { startCells } from "../support/cells.js";
import { temporaryFolder } from "../support/temporary-folder.js";

const folder = realpathSync(temporaryFolder());
const users = temporaryFolder();
process.env["NETSPACE_PACKAGES"] = users;

describe("magics in a cell", () => {
  const run = startCells(folder);
  const value = async (code: string): Promise<unknown> => {
    const { value: shown, trace } = await run(code);
    assert.equal(trace, "");
    return shown?.["text/plain"];
  };

  test("%time says how long code took and keeps its value, its names and its awaits", async () => {
    const { text, value: shown } = await run("%time 6 * 7 // the answer");
    assert.match(text, /^Wall time: [\d.,]+ (ns|µs|ms|s), processor: [\d.,]+ (ns|µs|ms|s)\n$/);
    assert.equal(shown?.["text/plain"], "42");
    assert.equal(
      await value("const a = 1\n%time const b: number = await Promise.resolve(a + 1)\na + b"),
      "3",
    );
    assert.equal(await value("%%time\nlet c = 1\nfor (let i = 0; i < 3; i++) c += i\nc"), "4");
  });

  test("%timeit runs code many times, also with options, awaits and statements", async () => {
    const pattern = /^[\d.,]+ \S+ ± [\d.,]+ \S+ a loop \(mean ± standard deviation of (.*)\)\n$/;
    const runs = async (code: string) => pattern.exec((await run(code)).text)?.[1];
    assert.match((await runs("%timeit Math.sqrt(2)")) ?? "", /^7 runs, [\d,]+ loops? each$/);
    assert.equal(await runs("%timeit -n 10 -r 1 await null"), "1 run, 10 loops each");
    assert.equal(await runs("%%timeit -n 1 -r 2\nconst x = 1\nx + 1"), "2 runs, 1 loop each");
    assert.equal(await value("let turns = 0\n%timeit -n 5 -r 2 turns++\nturns"), "15");
  });

  test("magics stand among lines of code, whose positions stay right", async () => {
    const { trace, text } = await run("%env COLOUR=red\nconst x = process.env.COLOUR;\n%who\nnull.x");
    assert.match(trace, /In \[\d+\], line 4, column 6/);
    assert.match(text, /COLOUR=red\n[^]*x +string +'red'/);
    assert.match((await run("%env A=1\n%time null.y")).trace, /line 2, column 12/);
    assert.match((await run("%env A=1\nlet = 5 5")).trace, /SyntaxError.*\(2:8\)/);
    assert.match((await run("const k = 1\n%env A=1\nk = 2")).trace, /constant variable 'k' \(3:1\)/);
    assert.match((await run("%time f(")).trace, /SyntaxError/);
  });

  test("a percent sign in a template, a comment or an expression is none", async () => {
    assert.equal(await value("const t = `\n%who\n`\nt"), "'\\n%who\\n'");
    assert.equal(await value("/*\n%cd /nowhere\n*/ 7\n  % 4"), "3");
    assert.equal(await value("const mod = 4\n7\n%mod"), "3");
  });

  test("an unknown magic is named, and the known ones are listed", async () => {
    const { error, trace } = await run("1\n%tmie f()");
    assert.equal(error?.ename, "UnknownMagic");
    assert.match(
      error?.evalue ?? "",
      /^unknown magic %tmie; known are %time, %%time, .*%%writefile \(2:1\)$/,
    );
    assert.match(trace, /> 2 \| %tmie/);
    assert.match((await run("%%tmie\n")).error?.evalue ?? "", /unknown magic %%tmie/);
    assert.match(
      (await run("%timeit -n 5")).error?.evalue ?? "",
      /%timeit: expected code to run: %timeit \[-n/,
    );
  });

  test("%who lists variables with type and value", async () => {
    await run(
      "class Net {}; const net = new Net(); const widths = [8, 16]; function f() {}; const nothing = null",
    );
    const { text } = await run("%who");
    assert.match(text, /^Net +class$/m);
    assert.match(text, /^net +Net +Net \{\}$/m);
    await run("let net = 'again'");
    assert.deepEqual((await run("%who")).text.match(/^net .*$/gm), ["net      string    'again'"]);
    assert.match(text, /^widths +Array\(2\) +\[ 8, 16 \]$/m);
    assert.match(text, /^f +function$/m);
    assert.match(text, /^nothing +null +null$/m);
    assert.doesNotMatch(text, /__kernel|display/);
  });

  test("%cd changes the working folder and goes back, imports stay the notebook's", async () => {
    const here = process.cwd();
    mkdirSync(path.join(folder, "sub dir"));
    writeFileSync(path.join(folder, "module.mjs"), "export const from = 'notebook'");
    try {
      assert.equal(
        (await run(`%cd "${path.join(folder, "sub dir")}"`)).text,
        `${path.join(folder, "sub dir")}\n`,
      );
      assert.equal(
        await value('import { from } from "./module.mjs"; [from, process.cwd().endsWith("sub dir")]'),
        "[ 'notebook', true ]",
      );
      await run("%cd -");
      assert.equal(process.cwd(), here);
      assert.match(
        (await run("%cd /no/such/folder")).error?.evalue ?? "",
        /^%cd: there is no folder .*folder$/,
      );
    } finally {
      process.chdir(here);
    }
  });

  test("%env sets, shows and lists, and keeps secrets to itself in the list", () => {
    const variables = { MY_TOKEN: "abc", COLOUR: "red" };
    assert.equal(environment("", variables), "COLOUR=red\nMY_TOKEN=…");
    assert.equal(environment("COLOUR", variables), "COLOUR=red");
    assert.equal(environment("COLOUR = dark blue", variables), "COLOUR=dark blue");
    assert.equal(environment("API_KEY=xyz", variables), "API_KEY is set");
    assert.throws(
      () => environment("SHAPE", variables),
      /%env: there is no variable SHAPE; %env SHAPE=value makes it/,
    );
  });

  test("%%html and %%markdown show the cell", async () => {
    const { displays } = await run("%%html\n<b>bold</b>\n`${1}`");
    assert.equal(displays[0]?.data["text/html"], "<b>bold</b>\n`${1}`");
    assert.equal((await run("\n%%markdown\n# Title")).displays[0]?.data["text/markdown"], "# Title");
  });

  test("%%bash runs a script, passes on its output and says how it failed", async () => {
    const { text, error } = await run("%%bash\necho out; echo err >&2\nx='$HOME'; echo $x; exit 3");
    assert.match(text, /out\n/);
    assert.match(text, /err\n/);
    assert.match(text, /\$HOME\n/);
    assert.equal(error?.evalue, "%%bash: the script ended with exit code 3");
  });

  test("%%writefile writes the cell to a file, and adds to it", async () => {
    const file = path.join(folder, "a file.ts");
    assert.equal((await run(`%%writefile "${file}"\nexport const a = 1;\n`)).text, `wrote ${file}\n`);
    assert.equal(
      (await run(`%%writefile -a "${file}"\nexport const b = 2;\n`)).text,
      `appended to ${file}\n`,
    );
    assert.equal(readFileSync(file, "utf8"), "export const a = 1;\nexport const b = 2;\n");
    assert.equal((await run(`%%writefile '${file}'\n`)).text, `overwrote ${file}\n`);
    assert.match((await run("%%writefile a b\n")).error?.evalue ?? "", /expected one path, got "a b"/);
  });

  test("%npm installs what the next cell imports, without install scripts", async () => {
    const source = path.join(folder, "greeter");
    mkdirSync(source);
    const scripts = { install: "node -e \"require('fs').writeFileSync('ran', '')\"" };
    writeFileSync(
      path.join(source, "package.json"),
      JSON.stringify({ name: "greeter", version: "1.0.0", type: "module", exports: "./index.js", scripts }),
    );
    writeFileSync(path.join(source, "index.js"), "export const greet = name => `hello ${name}`;");
    const use = 'import { greet } from "greeter"; greet("cell")';
    assert.match(
      (await run(use)).error?.evalue ?? "",
      /Cannot find package "greeter".*%npm install greeter$/,
    );
    const { text, trace } = await run("%npm install ./greeter");
    assert.equal(trace, "");
    assert.ok(text.endsWith(`in ${users}\n`), text);
    assert.equal(await value(use), "'hello cell'");
    assert.ok(!existsSync(path.join(source, "ran")));
    // With a package.json it is the notebook's own project that gets it.
    writeFileSync(path.join(folder, "package.json"), "{}");
    await run("%npm install ./greeter");
    assert.ok(existsSync(path.join(folder, "node_modules", "greeter")));
    assert.match((await run("%npm publish")).error?.evalue ?? "", /expected install, .*, got "publish"/);
    assert.match(
      (await run("%npm install ./nowhere")).error?.evalue ?? "",
      /%npm: install ended with \d+ in/,
    );
  });
});

describe("magics and the language service", () => {
  test("cells keep their length and lines with magics blanked out", () => {
    assert.equal(maskMagics("%cd x\na\n%time f(1)\n"), "     \na\n      f(1)\n");
    assert.equal(maskMagics("%timeit -n 5 f(1)"), "             f(1)");
    assert.equal(maskMagics("%%time\nf(1)"), "      \nf(1)");
    assert.equal(maskMagics("%%bash\nls 'x"), "      \n     ");
    assert.equal(maskMagics("100 %3"), "100 %3");
  });

  test("expanded magics stay in their lines", () => {
    const { code } = expandMagics("let a\n%who\n%typecheck off\na", "h");
    assert.equal(code, 'let a\nawait h.magic("%who","");\n\na');
  });

  test("names of magics are completed at the head of a line", () => {
    const reply = completeMagic("a\n%ti", 5);
    assert.deepEqual(reply?.matches, ["%time", "%timeit"]);
    assert.deepEqual([reply?.cursor_start, reply?.cursor_end], [2, 5]);
    assert.deepEqual(completeMagic("%%wr", 4)?.matches, ["%%writefile"]);
    assert.equal(completeMagic("a %ti", 5), undefined);
  });

  test("behind a magic that is no code its own words are completed, and no names of JavaScript", () => {
    const completed = (code: string): unknown => completeMagic(code, code.length)?.matches;
    assert.deepEqual(completed("%npm in"), ["install"]);
    assert.deepEqual(completed("%npm "), ["install", "uninstall", "update", "ls", "outdated", "view"]);
    assert.deepEqual(completed("let a = 1\n%typecheck e"), ["error"]);
    assert.deepEqual(completeMagic("😀\n  %npm u\nmore", 10), {
      ...completeMagic("😀\n  %npm u\nmore", 10),
      matches: ["uninstall", "update"],
      cursor_start: 9,
      cursor_end: 10,
    });
    for (const nothing of ["%npm install lo", "%cd s", "%env HOM", "%who M", "%%writefile some.t"]) {
      assert.deepEqual(completed(nothing), [], nothing);
    }
    assert.deepEqual(completed("%timeit -"), ["-n", "-r"]);
    for (const typescript of ["%time Mat", "%timeit -n 5 Mat", "%%time\nMat", "100 %npm in"]) {
      assert.equal(completed(typescript), undefined, typescript);
    }
  });

  test("a cell that is text to a magic goes on until an empty line", () => {
    assert.equal(magicCompleteness("%%bash\nls")?.status, "incomplete");
    assert.equal(magicCompleteness("%%bash\nls\n")?.status, "complete");
    assert.equal(magicCompleteness("?display")?.status, "complete");
    assert.equal(magicCompleteness("%time f("), undefined);
  });

  test("durations have the unit that fits", () => {
    assert.deepEqual([0.000_012_3, 0.0123, 12.3, 1234.5, 125_000].map(duration), [
      "12.3 ns",
      "12.3 µs",
      "12.3 ms",
      "1.23 s",
      "2 min 5 s",
    ]);
  });
});

describe("magics through a client", { skip: withoutJupyter, timeout: 300_000 }, () => {
  let client: Client;
  before(async () => {
    client = await Client.start();
  });
  after(() => client.close());
  const text = ({ outputs }: Answer): string =>
    outputs.map(({ type, content }) => (type === "stream" ? String(content["text"]) : "")).join("");

  test("?name pages what the language service knows", async () => {
    await client.execute("/** How wide. */\nconst width: number = 32");
    for (const code of ["?width", "width?", " width?? "]) {
      const { reply, outputs } = await client.execute(code);
      const [page] = reply.content["payload"] as {
        source: string;
        data: Record<string, string>;
        start: number;
      }[];
      assert.equal(page?.source, "page");
      assert.match(page?.data["text/plain"] ?? "", /const width: number\s+How wide\./);
      assert.deepEqual(outputs, []);
    }
    const magic = await client.execute("?%time");
    assert.match(JSON.stringify(magic.reply.content["payload"]), /%time code/);
    assert.equal(text(await client.execute("?nowhere")), "nothing is known about nowhere\n");
  });

  test("%typecheck switches the mode and refuses others", async () => {
    assert.equal(text(await client.execute("%typecheck")), "type checking: warn\n");
    assert.equal(text(await client.execute("%typecheck off\n1")), "type checking: off\n");
    const { reply } = await client.execute("%typecheck on");
    assert.equal(reply.content["evalue"], '%typecheck: expected warn, error, off or nothing, got "on"');
    await client.execute("%typecheck warn");
  });

  test("%reset starts afresh and the rest of the cell runs", async () => {
    await client.execute("const gone = 1");
    const { reply, outputs } = await client.execute("%reset\ntypeof gone");
    assert.equal(reply.content["status"], "ok");
    const result = outputs.find(({ type }) => type === "execute_result")?.content["data"];
    assert.deepEqual(result, { "text/plain": "'undefined'" });
    const late = await client.execute("1\n%reset");
    assert.match(String(late.reply.content["evalue"]), /%reset: expected to stand before all code/);
  });

  test("names and types survive magics beside them", async () => {
    await client.execute('%time const net = { depth: 12 }\n%env A=1\nconst other = "x"');
    const npm = await client.request("complete_request", { code: "%npm in", cursor_pos: 7 });
    assert.deepEqual(npm.reply.content["matches"], ["install"]);
    const { reply } = await client.request("complete_request", { code: "%who\nnet.", cursor_pos: 9 });
    assert.deepEqual(reply.content["matches"], ["depth"]);
    const magic = await client.request("complete_request", { code: "%w", cursor_pos: 2 });
    assert.deepEqual(magic.reply.content["matches"], ["%who", "%%writefile"]);
    const help = await client.request("inspect_request", {
      code: "1;\n%time 2",
      cursor_pos: 6,
      detail_level: 0,
    });
    assert.match(JSON.stringify(help.reply.content["data"]), /%time code\\nRuns the rest of the line/);
    const beside = await client.request("inspect_request", {
      code: "%time net",
      cursor_pos: 8,
      detail_level: 0,
    });
    assert.match(JSON.stringify(beside.reply.content["data"]), /const net/);
    let names: string[];
    do {
      // The language server reads what can be imported at the first such request, and on a slow machine answers a later one.
      const { reply: helper } = await client.request("complete_request", { code: "progr", cursor_pos: 5 });
      names = helper.content["matches"] as string[];
    } while (names.length === 0);
    // Names that would have to be imported come after what is there.
    assert.equal(names[0], "progress");
  });

  for (const [what, first] of [
    ["", ""],
    [", also one that heeds no request to end", "trap '' TERM INT HUP\n"],
  ]) {
    test(`the Stop button ends a script and what it started${what}`, async () => {
      const code = `%%bash\n${first}sleep 60 & echo $!\nwait`;
      const id = client.send("execute_request", { code, silent: false });
      const started = await client.until(m => m.parent === id && m.type === "stream");
      client.interrupt();
      assert.equal((await client.answer(id)).reply.content["ename"], "Interrupted");
      const pid = Number(started.content["text"]);
      while (isAlive(pid)) await sleep(50);
    });
  }
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
