/** Standard output and error of cells as streams, which libraries pipe into, end, and put functions of their own into. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { hostedCells } from "../support/hosted-cells.js";
import { temporaryFolder } from "../support/temporary-folder.js";

describe("the streams that cells write to", { timeout: 120_000 }, () => {
  const { run, value, failure } = hostedCells(temporaryFolder());
  const pipeline =
    'const { Readable, Writable } = require("stream"); const { pipeline } = require("stream/promises")';
  /** Whether a program that writes to the same descriptors lives. */
  const inherits = async (after: string): Promise<void> => {
    const child = 'require("child_process").execSync("echo a; echo b >&2", { stdio: "inherit" }); 1';
    assert.equal(await value(child), "1", after);
  };

  test("nobody ends them: what is piped into them arrives, however often, and programs still write", async () => {
    await run(pipeline);
    for (const [code, text] of [
      ['await pipeline(Readable.from(["a\\n"]), process.stdout)', "a\n"],
      [
        'for (const c of "bcdefghijklmnop") await pipeline(Readable.from([c]), process.stdout)',
        "bcdefghijklmnop",
      ],
      ['await pipeline(Readable.from(["a"]), process.stderr)', "a"],
      ['await new Promise<void>(r => process.stdout.end("x", () => r()))', "x"],
      ['await new Promise<void>(r => process.stdout.once("finish", r).end())', ""],
      ['process.stdout.destroy(); process.stderr.destroySoon(); console.log("y")', "y\n"],
      ['await new Blob(["z"]).stream().pipeTo(Writable.toWeb(process.stdout))', "z"],
      ['await new Blob(["z"]).stream().pipeTo(Writable.toWeb(process.stdout))', "z"],
    ] as const) {
      const ran = await run(code);
      assert.deepEqual([ran.text, ran.trace], [text, undefined], code);
      await inherits(code);
    }
    const source = '(async function* () { yield "f"; throw new Error("of the source") })()';
    assert.match(await failure(`await pipeline(Readable.from(${source}), process.stdout)`), /of the source/);
    assert.equal((await run('await pipeline(Readable.from(["g"]), process.stdout)')).text, "g");
    await inherits("a source that fails");
  });

  test("text in another encoding stands for bytes, and what is no text is refused in Node's words", async () => {
    const ran = await run(
      'process.stdout.write("c3", "hex"); process.stdout.write("qQo=", "base64"); process.stdout.write("é", "utf-8")',
    );
    assert.equal(ran.text, "é\né");
    assert.match(await failure("process.stdout.write(5 as any)"), /"chunk" argument must be of type string/);
    assert.match(await failure('process.stdout.write("x", "nope" as any)'), /Unknown encoding: nope/);
  });

  test("a function in the place of write has what the console prints", async () => {
    const ran = await run(`
      const { write } = process.stdout; let got = "";
      process.stdout.write = ((text: string) => { got += text; return true }) as any;
      console.log("caught", 1); console.group("g"); console.log("in"); console.groupEnd(); console.dir({ a: 1 });
      process.stdout.write = write; console.log("after"); got`);
    assert.equal(ran.text, "after\n");
    assert.equal(ran.value, "'caught 1\\ng\\n  in\\n{ a: 1 }\\n'");
    const tee = await run(`
      const own = process.stderr.write;
      process.stderr.write = function (text: any) { return own.call(this, "> " + text) } as any;
      console.error("e"); process.stderr.write = own`);
    assert.equal(tee.text, "> e\n");
  });
});
