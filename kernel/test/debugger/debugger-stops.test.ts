/** Where the debugger stops a program, and how it goes on from there: through jupyter_client. */

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import { withoutJupyter } from "../support/client.js";
import { type Body, debugSession, shown } from "../support/debug-session.js";
import { temporaryFolder } from "../support/temporary-folder.js";

describe("stops of the debugger", { skip: withoutJupyter, timeout: 300_000 }, () => {
  const folder = temporaryFolder();
  const session = debugSession(folder);
  const { ask, refusal, event, attach, dump, setBreakpoints, stack, scope, start, places, stopIn, goOn } =
    session;

  test("a breakpoint stops in a typed cell at its own line, and shows the variables of each scope", async () => {
    await attach();
    const code = `interface Stage {
  width: number;
  depth: number;
}

function flops(stages: Stage[], resolution: number): number {
  let total = 0;
  for (const { width, depth } of stages) {
    total += depth * width ** 2 * resolution ** 2;
  }
  return total;
}

const stages: Stage[] = [{ width: 24, depth: 1 }, { width: 56, depth: 4 }];
flops(stages, 7);`;
    const { id, stopped, file } = await stopIn(code, 9);
    assert.equal(stopped["reason"], "breakpoint");
    assert.equal(stopped["threadId"], 1);
    const frames = await stack();
    assert.deepEqual(
      frames.map(({ name, line, source }) => [name, line, source.path]),
      [
        ["flops", 9, file],
        ["(top level)", 15, file],
      ],
    );
    const locals = await scope(frames[0], "Locals");
    assert.deepEqual(locals, {
      width: "24",
      depth: "1",
      stages: "(2) [{…}, {…}]",
      resolution: "7",
      total: "0",
    });
    const globals = await scope(frames[1], "Globals");
    assert.equal(globals["flops"], "ƒ flops(stages, resolution)");
    assert.ok(!Object.keys(globals).some(name => name.startsWith("__kernel")));
    assert.deepEqual((await ask("debugInfo"))["stoppedThreads"], [1]);
    await ask("continue", { threadId: 1 });
    await event("stopped");
    assert.equal((await scope((await stack())[0], "Locals"))["width"], "56");
    await setBreakpoints(file, []);
    assert.equal(shown(await goOn(id)), String((24 ** 2 + 4 * 56 ** 2) * 49));
  });

  test("steps go over, into and out of functions, also over an await", async () => {
    await attach();
    const code = `const double = (x: number): number => {
  const twice = x * 2;
  return twice;
};
const first = double(1);
await new Promise(done => setTimeout(done, 10));
const second = first + 1;
second`;
    const { id } = await stopIn(code, 5);
    const step = async (command: string): Promise<string[]> => {
      await ask(command, { threadId: 1 });
      await event("continued");
      const stopped = await event("stopped");
      assert.equal(stopped["reason"], "step");
      return places();
    };
    assert.deepEqual(await places(), ["(top level):5"]);
    assert.deepEqual(await step("stepIn"), ["double:2", "(top level):5"]);
    assert.deepEqual(await step("next"), ["double:3", "(top level):5"]);
    assert.deepEqual(await step("stepOut"), ["(top level):6"]);
    assert.deepEqual(await step("next"), ["(top level):7"]);
    assert.deepEqual(await step("next"), ["(top level):8"]);
    assert.equal(shown(await goOn(id)), "3");
  });

  test("loops are stepped through line by line, without the kernel's own code", async () => {
    await attach();
    const code = `let sum = 0;
for (let i = 0; i < 2; i++) {
  sum += i;
}
sum`;
    const { id } = await stopIn(code, 2);
    const lines: number[] = [];
    for (let i = 0; i < 5; i++) {
      lines.push((await stack())[0]?.line ?? 0);
      await ask("next", { threadId: 1 });
      await event("stopped");
    }
    assert.deepEqual(lines, [2, 3, 2, 3, 2]);
    assert.deepEqual(await places(), ["(top level):5"]);
    assert.equal(shown(await goOn(id)), "1");
  });

  test("a condition in TypeScript decides whether a breakpoint stops", async () => {
    await attach();
    const code = "let last = 0;\nfor (let i = 0; i < 100; i++) {\n  last = i;\n}\nlast";
    const { id } = await stopIn(code, { line: 3, condition: "(i as number) === 42" });
    assert.equal((await scope((await stack())[0], "Locals"))["i"], "42");
    assert.equal(shown(await goOn(id)), "99");
    const [refused] = await setBreakpoints(await dump(code), [{ line: 3, condition: "i ===" }]);
    assert.equal(refused?.["verified"], false);
    assert.match(String(refused?.["message"]), /cannot evaluate "i ==="/);
  });

  test("breakpoints on empty lines, comments and types move to the next line that runs, or are refused", async () => {
    await attach();
    const code = "// a comment\n\ntype Width = number;\nconst w: Width = 3;\n\nw * 2;\n\n";
    const file = await dump(code);
    const found = await setBreakpoints(file, [
      { line: 1 },
      { line: 3 },
      { line: 5 },
      { line: 7 },
      { line: 90 },
    ]);
    assert.deepEqual(
      found.map(({ verified, line }) => [verified, line]),
      [
        [true, 4],
        [true, 4],
        [true, 6],
        [false, 7],
        [false, 90],
      ],
    );
    assert.match(String(found[3]?.["message"]), /no line from 7 on can be stopped at/);
    const [lost] = await setBreakpoints("/nowhere/at/all.ts", [{ line: 1 }]);
    assert.equal(lost?.["verified"], false);
    assert.match(String(lost?.["message"]), /neither a cell that was dumped nor a module on disk/);
  });

  test("breakpoints hold in imported local files, in functions of cells that ran before, and after an edit", async () => {
    const file = path.join(folder, "spaces.ts");
    writeFileSync(
      file,
      "export interface W { w: number }\nexport function widen(it: W): number {\n  const by: number = 2;\n  return it.w * by;\n}\n",
    );
    const library = "function stretch(n: number) {\n  return n + 1;\n}";
    await session.client.execute(library);
    await attach();
    await setBreakpoints(file, [{ line: 4 }]);
    const id = start('import { widen } from "./spaces.ts";\nwiden({ w: 8 })');
    await event("stopped");
    const [top, cell] = await stack();
    assert.deepEqual([top?.name, top?.line, top?.source.path], ["widen", 4, file]);
    assert.equal(cell?.line, 2);
    assert.deepEqual(await scope(top, "Locals"), { it: "{w: 8}", by: "2" });
    assert.deepEqual(
      ((await ask("modules"))["modules"] as Body[]).map(({ name, path: at }) => [name, at]),
      [["spaces.ts", file]],
    );
    assert.equal(shown(await goOn(id)), "16");

    writeFileSync(
      file,
      "// edited\n// twice\nexport interface W { w: number }\nexport function widen(it: W): number {\n  return it.w * 3;\n}\n",
    );
    const edited = start('import { widen } from "./spaces.ts";\nwiden({ w: 8 })');
    await event("stopped");
    assert.equal((await stack())[0]?.line, 5);
    assert.equal(shown(await goOn(edited)), "24");
    await setBreakpoints(file, []);

    await setBreakpoints(await dump(library), [{ line: 2 }]);
    const later = start("stretch(1)");
    await event("stopped");
    assert.deepEqual(await places(), ["stretch:2", "(top level):1"]);
    assert.equal(shown(await goOn(later)), "2");
  });

  test("exceptions stop the program where they are thrown: those that nothing catches, or all", async () => {
    await attach();
    await ask("setExceptionBreakpoints", { filters: ["uncaught"] });
    const caught =
      "const parse = (s: string) => {\n  try {\n    return JSON.parse(s);\n  } catch {\n    return 'bad';\n  }\n};\nparse('{')";
    assert.equal(shown(await session.client.execute(caught)), "'bad'");
    const uncaught = start(
      "function fail(width: number): never {\n  throw new RangeError(`width ${width}`);\n}\nfail(3)",
    );
    const stopped = await event("stopped");
    assert.deepEqual([stopped["reason"], stopped["text"]], ["exception", "RangeError: width 3"]);
    assert.deepEqual(await places(), ["fail:2", "(top level):4"]);
    const info = await ask("exceptionInfo", { threadId: 1 });
    assert.deepEqual([info["exceptionId"], info["breakMode"]], ["RangeError", "unhandled"]);
    assert.equal((await goOn(uncaught)).reply.content["ename"], "RangeError");

    // Once, also where the kernel throws it on to put its message right.
    const quoted = start(
      "let document = 5;\nconst show = () => document();\nfunction all() {\n  show();\n}\nall()",
    );
    await event("stopped");
    assert.deepEqual(await places(), ["show:2", "all:4", "(top level):6"]);
    assert.equal((await goOn(quoted)).reply.content["evalue"], "document is not a function");

    await ask("setExceptionBreakpoints", { filters: ["caught"] });
    const id = start(caught);
    await event("stopped");
    assert.deepEqual(await places(), ["parse:3", "(top level):8"]);
    assert.equal(shown(await goOn(id)), "'bad'");
    await ask("setExceptionBreakpoints", { filters: [] });
    assert.equal((await session.client.execute("null.x")).reply.content["ename"], "TypeError");
    assert.match(
      await refusal("setExceptionBreakpoints", { filters: ["raised"] }),
      /"filters" must be a list of uncaught, caught/,
    );
  });

  test("exceptions that Node throws stop the program at the call", async () => {
    await attach();
    await ask("setExceptionBreakpoints", { filters: ["uncaught"] });
    const id = start('import { readFileSync } from "node:fs";\nreadFileSync("/nowhere/at/all");');
    await event("stopped");
    assert.deepEqual(await places(), ["(top level):2"]);
    assert.equal((await goOn(id)).reply.content["ename"], "Error");
  });

  test("a loop without breakpoints can be paused, looked at and let go", async () => {
    await attach();
    const id = start(
      "let going = true, turns = 0; console.log('on');\nwhile (going) {\n  turns++;\n}\nturns",
    );
    await session.client.printed(id, /on/);
    await ask("pause", { threadId: 1 });
    assert.equal((await event("stopped"))["reason"], "pause");
    const [top] = await stack();
    // It may be stopped before the loop has begun.
    assert.ok(top && top.line >= 1 && top.line <= 3);
    await ask("evaluate", { expression: "turns = 0, going = false", frameId: top.id });
    // What was evaluated is seen at the latest when the turn is over that it was stopped in.
    assert.match(String(shown(await goOn(id))), /^[01]$/);
  });

  test("a debugger statement stops too", async () => {
    await attach();
    const id = start("let at = 1;\ndebugger;\nat = 2;\nat");
    assert.equal((await event("stopped"))["reason"], "breakpoint");
    assert.deepEqual(await places(), ["(top level):2"]);
    assert.equal(shown(await goOn(id)), "2");
  });
});
