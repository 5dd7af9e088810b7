/** The debugger through jupyter_client: requests on the control channel, events on iopub, as JupyterLab sends them. */

import assert from "node:assert/strict";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, before, beforeEach, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { type Answer, Client, executeRequest, type Received, withoutJupyter } from "./client.js";
import { temporaryFolder } from "./temporary-folder.js";

type Body = Record<string, unknown>;

interface Variable {
  name: string;
  value: string;
  type: string;
  variablesReference: number;
}

interface Frame {
  id: number;
  name: string;
  line: number;
  column: number;
  source: { path: string };
}

describe("the debugger", { skip: withoutJupyter, timeout: 300_000 }, () => {
  const folder = temporaryFolder();
  let client: Client;
  let seq = 0;
  /** Events told so far, which `event` does not give again. */
  const told = new Set<Received>();

  before(async () => {
    client = await Client.start(folder);
  });
  after(() => client.close());

  const respond = async (command: string, args: object = {}): Promise<Body> => {
    const request = { type: "request", seq: ++seq, command, arguments: args };
    const { reply } = await client.request("debug_request", request, "control");
    assert.equal(reply.channel, "control");
    assert.equal(reply.content["type"], "response");
    assert.equal(reply.content["request_seq"], seq);
    assert.equal(reply.content["command"], command);
    return reply.content;
  };
  const ask = async (command: string, args: object = {}): Promise<Body> => {
    const response = await respond(command, args);
    assert.equal(response["success"], true, `${command}: ${String(response["message"])}`);
    return response["body"] as Body;
  };
  const refusal = async (command: string, args: object = {}): Promise<string> => {
    const response = await respond(command, args);
    assert.equal(response["success"], false);
    return String(response["message"]);
  };
  const event = async (name: string): Promise<Body> => {
    const found = await client.until(
      message => message.type === "debug_event" && message.content["event"] === name && !told.has(message),
    );
    told.add(found);
    assert.equal(found.channel, "iopub");
    return found.content["body"] as Body;
  };
  const attach = async (): Promise<void> => {
    await ask("initialize", { clientID: "test", linesStartAt1: true, columnsStartAt1: true });
    await ask("attach");
  };
  beforeEach(async () => {
    await respond("disconnect");
    for (const message of client.messages) if (message.type === "debug_event") told.add(message);
  });

  const dump = async (code: string): Promise<string> =>
    String((await ask("dumpCell", { code }))["sourcePath"]);
  const setBreakpoints = async (file: string, breakpoints: object[]): Promise<Body[]> =>
    (await ask("setBreakpoints", { source: { path: file }, breakpoints }))["breakpoints"] as Body[];
  const stack = async (): Promise<Frame[]> =>
    (await ask("stackTrace", { threadId: 1 }))["stackFrames"] as Frame[];
  const parts = async (variablesReference: number): Promise<Variable[]> =>
    (await ask("variables", { variablesReference }))["variables"] as Variable[];
  const scope = async (frame: Frame | undefined, name: string): Promise<Record<string, string>> => {
    const scopes = (await ask("scopes", { frameId: frame?.id }))["scopes"] as Variable[];
    const found = scopes.find(each => each.name === name);
    assert.ok(found, `no scope ${name} among ${scopes.map(each => each.name).join(", ")}`);
    return values(await parts(found.variablesReference));
  };
  const values = (variables: Variable[]): Record<string, string> =>
    Object.fromEntries(variables.map(({ name, value }) => [name, value]));
  const start = (code: string): string => client.send("execute_request", executeRequest(code));
  const places = async (): Promise<string[]> => (await stack()).map(({ name, line }) => `${name}:${line}`);
  const shown = ({ outputs }: Answer): unknown =>
    (outputs.find(({ type }) => type === "execute_result")?.content["data"] as Body | undefined)?.[
      "text/plain"
    ];
  /** Sets breakpoints in a cell, runs it, and waits for the first stop. */
  const stopIn = async (
    code: string,
    ...lines: (number | object)[]
  ): Promise<{ id: string; stopped: Body; file: string }> => {
    const file = await dump(code);
    await setBreakpoints(
      file,
      lines.map(line => (typeof line === "number" ? { line } : line)),
    );
    const id = start(code);
    return { id, stopped: await event("stopped"), file };
  };
  const goOn = async (id: string): Promise<Answer> => {
    await ask("continue", { threadId: 1 });
    return client.answer(id);
  };

  test("kernel_info and debugInfo tell what JupyterLab needs", async () => {
    const { reply } = await client.request("kernel_info_request", {});
    assert.equal(reply.content["debugger"], true);
    assert.ok((reply.content["supported_features"] as string[]).includes("debugger"));
    const info = await ask("debugInfo");
    assert.equal(info["isStarted"], false);
    assert.equal(info["hashMethod"], "Murmur2");
    assert.deepEqual(info["breakpoints"], []);
    assert.deepEqual(info["stoppedThreads"], []);
    // ipykernel's murmur2_x86("let x = 1;\nx + 1", 0xC70F6907)
    await attach();
    const code = "let x = 1;\nx + 1";
    const file = await dump(code);
    assert.equal(info["hashSeed"], 0xc70f6907);
    assert.equal(file, `${String(info["tmpFilePrefix"])}1337468207${String(info["tmpFileSuffix"])}`);
    assert.equal(readFileSync(file, "utf8"), code);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.deepEqual((await ask("source", { source: { path: file } }))["content"], code);
    assert.equal((await ask("debugInfo"))["isStarted"], true);
  });

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
    assert.equal(globals["flops"], "ƒ (stages, resolution)");
    assert.ok(!Object.keys(globals).some(name => name.startsWith("__netspace")));
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
    await client.execute(library);
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

  test("expressions are evaluated in a frame and without one, and may change variables", async () => {
    await attach();
    const code =
      "function scale(width: number) {\n  const factor = { by: 2 };\n  return width * factor.by;\n}\nscale(21)";
    const { id } = await stopIn(code, 3);
    const [top] = await stack();
    const evaluate = (expression: string, frameId?: number) =>
      ask("evaluate", { expression, frameId, context: "repl" });
    assert.equal((await evaluate("width + (factor.by as number)", top?.id))["result"], "23");
    const object = await evaluate("{ width, factor }", top?.id);
    assert.equal(object["result"], "{width: 21, factor: {…}}");
    assert.deepEqual(values(await parts(Number(object["variablesReference"]))), {
      width: "21",
      factor: "{by: 2}",
    });
    await evaluate("factor.by = 10; width += 0.5", top?.id);
    assert.deepEqual(await scope(top, "Locals"), { width: "21.5", factor: "{by: 10}" });
    assert.match(
      await refusal("evaluate", { expression: "nothing.x", frameId: top?.id }),
      /ReferenceError: nothing is not defined/,
    );
    assert.match(
      await refusal("evaluate", { expression: "1 +", frameId: top?.id }),
      /cannot evaluate "1 \+"/,
    );
    assert.match(await refusal("evaluate", { expression: "1", frameId: 999_999 }), /frame 999999 is unknown/);
    assert.equal(shown(await goOn(id)), "215");
    await client.execute("let width = 64");
    assert.equal((await evaluate("width * 2"))["result"], "128");
  });

  test("what never ends or settles does not keep a client waiting", async () => {
    await attach();
    const evaluate = (expression: string, frameId?: number) => ({ expression, frameId, context: "repl" });
    assert.match(String((await ask("evaluate", evaluate("new Promise(() => {})")))["result"]), /Promise/);
    assert.equal((await ask("evaluate", evaluate("Promise.resolve(5)")))["result"], "5");
    assert.match(
      await refusal("evaluate", evaluate("Promise.reject(new RangeError('no'))")),
      /RangeError: no/,
    );
    await client.execute(
      "const slow = { [Symbol.for('Jupyter.display')]: () => new Promise(() => {}) }; const long = 'x'.repeat(30_000_000);",
    );
    const { data } = (await ask("richInspectVariables", { variableName: "slow" })) as { data: Body };
    assert.match(String(data["text/plain"]), /Promise|Symbol/);
    const variables = (await ask("inspectVariables"))["variables"] as Variable[];
    assert.ok(variables.some(({ name }) => name === "long"));
    const endless = "(() => { for (;;); })()";
    assert.match(await refusal("evaluate", evaluate(endless)), /terminated|timed out/i);
    const { id } = await stopIn("let before = 1;\nbefore + 1", 2);
    const [top] = await stack();
    assert.match(await refusal("evaluate", evaluate(endless, top?.id)), /terminated|timed out/i);
    assert.equal((await ask("evaluate", evaluate("before", top?.id)))["result"], "1");
    assert.equal(shown(await goOn(id)), "2");
  });

  test("variables are shown without running getters, and long lists in ranges", async () => {
    await client.execute(`
      let ran = false;
      class Net { #secret = 1; get depth() { ran = true; return 1; } name = "x" }
      const net = new Net();
      const weights = new Float32Array(25_000).map((_, i) => i);
      const names = new Map([["a", { w: 1 }]]);
      const text = "it's \\"quoted\\"";
      const lazy = { get now() { ran = true; return 1; } };
      const cyclic: any = { n: 1n, d: undefined, z: null, s: Symbol("s"), f: (a: number) => a }; cyclic.self = cyclic;
      const failure = new RangeError("too wide");
    `);
    const variables = (await ask("inspectVariables"))["variables"] as Variable[];
    const all = values(variables);
    assert.equal(all["net"], "Net {#secret: 1, name: 'x'}");
    assert.equal(all["weights"], "Float32Array(25000) [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, …]");
    assert.equal(all["text"], `'it\\'s "quoted"'`);
    assert.equal(all["names"], "Map(1) {'a' → {w: 1}}");
    assert.equal(all["failure"], "RangeError: too wide");
    const of = async (name: string): Promise<Variable[]> =>
      parts(variables.find(each => each.name === name)?.variablesReference ?? 0);
    assert.deepEqual(values(await of("lazy")), { now: "(getter)" });
    const inner = values(await of("cyclic"));
    assert.deepEqual(
      [inner["n"], inner["d"], inner["z"], inner["s"]],
      ["1n", "undefined", "null", "Symbol(s)"],
    );
    const ranges = await of("weights");
    assert.deepEqual(
      [ranges.length, ranges[0]?.name, ranges.at(-1)?.name],
      [3, "[0 … 9999]", "[20000 … 24999]"],
    );
    const hundreds = await parts(ranges[2]?.variablesReference ?? 0);
    assert.deepEqual([hundreds.length, hundreds[1]?.name], [50, "[20100 … 20199]"]);
    const elements = await parts(hundreds[1]?.variablesReference ?? 0);
    assert.deepEqual([elements.length, elements[7]?.name, elements[7]?.value], [100, "20107", "20107"]);
    assert.equal(shown(await client.execute("ran")), "false");
  });

  test("rich variables come as they would be displayed, stopped or not", async () => {
    await attach();
    const code = `const table = [{ net: "a", error: 1 }, { net: "b", error: 2 }];
const shown = { [Symbol.for("Jupyter.display")]: () => ({ "text/html": "<b>own</b>" }) };
const slow = { [Symbol.for("Jupyter.display")]: async () => ({ "text/html": "<b>slow</b>" }) };
table.length`;
    const { id } = await stopIn(code, 4);
    const frameId = (await stack())[0]?.id;
    const rich = async (variableName: string, frame?: number): Promise<Body> =>
      (await ask("richInspectVariables", { variableName, ...(frame !== undefined && { frameId: frame }) }))[
        "data"
      ] as Body;
    assert.match(String((await rich("table", frameId))["text/html"]), /<table/);
    assert.equal((await rich("shown", frameId))["text/html"], "<b>own</b>");
    // No promise settles while the program is stopped.
    assert.match(String((await rich("slow", frameId))["text/plain"]), /Jupyter.display/);
    await goOn(id);
    assert.equal((await rich("slow"))["text/html"], "<b>slow</b>");
    assert.deepEqual(await rich("not a name"), {});
    assert.match(await refusal("richInspectVariables", { variableName: "absent" }), /absent is not defined/);
  });

  test("a variable of a stopped function can be copied to the notebook's", async () => {
    await attach();
    const { id } = await stopIn(
      "function inner() {\n  const hidden = [1, 2];\n  return hidden.length;\n}\ninner()",
      3,
    );
    const frame = (await stack())[0];
    await ask("copyToGlobals", {
      srcVariableName: "hidden",
      dstVariableName: "copied",
      srcFrameId: frame?.id,
    });
    assert.equal((await scope(frame, "Globals"))["copied"], "(2) [1, 2]");
    assert.match(
      await refusal("copyToGlobals", {
        srcVariableName: "hidden",
        dstVariableName: "a b",
        srcFrameId: frame?.id,
      }),
      /"a b" is no name of a variable/,
    );
    await goOn(id);
    assert.equal(shown(await client.execute("copied")), "[ 1, 2 ]");
  });

  test("exceptions stop the program where they are thrown: those that nothing catches, or all", async () => {
    await attach();
    await ask("setExceptionBreakpoints", { filters: ["uncaught"] });
    const caught =
      "const parse = (s: string) => {\n  try {\n    return JSON.parse(s);\n  } catch {\n    return 'bad';\n  }\n};\nparse('{')";
    assert.equal(shown(await client.execute(caught)), "'bad'");
    const uncaught = start(
      "function fail(width: number): never {\n  throw new RangeError(`width ${width}`);\n}\nfail(3)",
    );
    const stopped = await event("stopped");
    assert.deepEqual([stopped["reason"], stopped["text"]], ["exception", "RangeError: width 3"]);
    assert.deepEqual(await places(), ["fail:2", "(top level):4"]);
    const info = await ask("exceptionInfo", { threadId: 1 });
    assert.deepEqual([info["exceptionId"], info["breakMode"]], ["RangeError", "unhandled"]);
    assert.equal((await goOn(uncaught)).reply.content["ename"], "RangeError");

    await ask("setExceptionBreakpoints", { filters: ["caught"] });
    const id = start(caught);
    await event("stopped");
    assert.deepEqual(await places(), ["parse:3", "(top level):8"]);
    assert.equal(shown(await goOn(id)), "'bad'");
    await ask("setExceptionBreakpoints", { filters: [] });
    assert.equal((await client.execute("null.x")).reply.content["ename"], "TypeError");
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
      "let going = true, turns = 0; console.log('on');\nwhile (going) {\n  turns++;\n}\nturns > 0",
    );
    await client.printed(id, /on/);
    await ask("pause", { threadId: 1 });
    assert.equal((await event("stopped"))["reason"], "pause");
    const [top] = await stack();
    assert.ok(top && top.line >= 2 && top.line <= 3);
    await ask("evaluate", { expression: "going = false", frameId: top.id });
    assert.equal(shown(await goOn(id)), "true");
  });

  test("a debugger statement stops too", async () => {
    await attach();
    const id = start("let at = 1;\ndebugger;\nat = 2;\nat");
    assert.equal((await event("stopped"))["reason"], "breakpoint");
    assert.deepEqual(await places(), ["(top level):2"]);
    assert.equal(shown(await goOn(id)), "2");
  });

  test("while stopped the kernel answers on all channels, and nothing of the cell goes on", async () => {
    await attach();
    const { id } = await stopIn("let spun = 0;\nwhile (spun < 3) {\n  spun++;\n}\nspun", 3);
    const info = await client.request("kernel_info_request", {}, "control");
    assert.equal(info.reply.content["status"], "ok");
    const { reply } = await client.request("complete_request", { code: "Math.hyp", cursor_pos: 8 });
    assert.deepEqual(reply.content["matches"], ["hypot"]);
    await sleep(400);
    assert.equal((await ask("evaluate", { expression: "spun" }))["result"], "0");
    await setBreakpoints(await dump("let spun = 0;\nwhile (spun < 3) {\n  spun++;\n}\nspun"), []);
    assert.equal(shown(await goOn(id)), "3");
  });

  test("an interrupt ends a stopped cell, a breakpoint in its loop notwithstanding, and state is kept", async () => {
    await attach();
    const code = "let rounds = 0;\nwhile (true) {\n  rounds++;\n}";
    const { id } = await stopIn(code, 3);
    await client.request("interrupt_request", {}, "control");
    assert.equal((await client.answer(id)).reply.content["ename"], "Interrupted");
    await event("continued");
    assert.equal((await ask("debugInfo"))["isStarted"], true);
    // The next cell stops again.
    const next = start("rounds = 0;\ndebugger;\nrounds");
    await event("stopped");
    assert.equal(shown(await goOn(next)), "0");
  });

  test("an interrupt reaches a cell that is stopped in what an await called", async () => {
    await attach();
    const code =
      "await new Promise<void>(done => setTimeout(() => {\n  debugger;\n  done();\n}, 5));\nawait new Promise(() => {});";
    const id = start(code);
    await event("stopped");
    await client.request("interrupt_request", {}, "control");
    assert.equal((await client.answer(id)).reply.content["ename"], "Interrupted");
  });

  test("a cell can be stopped in a subshell while the main shell awaits", async () => {
    await attach();
    const { reply } = await client.request("create_subshell_request", {}, "control");
    const subshell_id = reply.content["subshell_id"];
    const main = start(
      "let open = true; while (open) await new Promise(done => setTimeout(done, 5)); 'main'",
    );
    const id = client.send(
      "execute_request",
      executeRequest("let depth = 5;\ndebugger;\nopen = false;"),
      "shell",
      { subshell_id },
    );
    await event("stopped");
    assert.deepEqual(await places(), ["(top level):2"]);
    await goOn(id);
    assert.equal(shown(await client.answer(main)), "'main'");
    await client.request("delete_subshell_request", { subshell_id }, "control");
  });

  test("requests that do not fit are answered with what is wrong, never with silence", async () => {
    assert.match(
      await refusal("setBreakpoints", { source: { path: "x" } }),
      /send initialize and attach first/,
    );
    assert.match(await refusal("stackTrace"), /send initialize and attach first/);
    await attach();
    assert.match(await refusal("continue"), /the program is not stopped/);
    assert.match(await refusal("next"), /the program is not stopped/);
    assert.match(await refusal("stackTrace"), /the program is not stopped/);
    assert.match(
      await refusal("variables", { variablesReference: 77_777 }),
      /variablesReference 77777 is unknown/,
    );
    assert.match(
      await refusal("setBreakpoints", { breakpoints: [] }),
      /"source" must be an object with a path/,
    );
    assert.match(
      await refusal("setBreakpoints", { source: { path: "x" }, breakpoints: [{}] }),
      /"line" of a breakpoint/,
    );
    assert.match(await refusal("dumpCell"), /"code" must be a string, got nothing/);
    assert.match(await refusal("launch"), /launch: not supported; supported are initialize/);
    const { reply } = await client.request("debug_request", { command: 5 }, "control");
    assert.equal(reply.content["success"], false);
    await ask("disconnect");
    await ask("disconnect");
    assert.equal((await ask("debugInfo"))["isStarted"], false);
  });

  test("disconnecting lets a stopped cell go on", async () => {
    await attach();
    const { id } = await stopIn("let here = 1;\nhere + 1", 2);
    await ask("disconnect");
    assert.equal(shown(await client.answer(id)), "2");
    assert.deepEqual((await ask("debugInfo"))["breakpoints"], []);
  });

  test("breakpoints outlive the process that runs cells; its end while stopped is told", async () => {
    await attach();
    const code = "let lived = 1;\nlived + 1";
    const file = await dump(code);
    await setBreakpoints(file, [{ line: 2 }]);
    const ended = await client.execute("process.exit(3)");
    assert.equal(ended.reply.content["ename"], "EvaluatorEnded");
    assert.deepEqual(
      ended.outputs.map(({ type }) => type),
      ["error"],
    );
    const id = start(code);
    await event("stopped");
    await ask("evaluate", { expression: "setTimeout(() => process.kill(process.pid, 'SIGKILL'), 0)" });
    // The process may end before it can answer.
    await respond("continue", { threadId: 1 });
    await event("continued");
    await client.answer(id);
    const again = start("await new Promise(done => setTimeout(done, 300)); 'alive'");
    await client.answer(again);
    const reset = start(code);
    await event("stopped");
    assert.equal(shown(await goOn(reset)), "2");
  });

  test("breakpoints set while the process ends, or another starts, hold in the new one", async () => {
    await attach();
    const code = "let again = 1;\nagain + 1";
    const file = await dump(code);
    for (const meanwhile of [true, false]) {
      const ending = start("process.exit(3)");
      if (!meanwhile) await client.answer(ending);
      const [set] = await setBreakpoints(file, [{ line: 2 }]);
      assert.equal(set?.["verified"], true);
      await ask("setExceptionBreakpoints", { filters: ["uncaught"] });
      await client.answer(ending);
      const id = start(code);
      await event("stopped");
      assert.deepEqual(await places(), ["(top level):2"]);
      assert.equal(shown(await goOn(id)), "2");
    }
    await client.execute("process.exit(3)");
    assert.deepEqual(await setBreakpoints(file, []), []);
    assert.equal(shown(await client.execute(code)), "2");
  });

  test("a restart of a stopped kernel goes through, and leaves no files", async () => {
    await attach();
    const { file } = await stopIn("let gone = 1;\ngone + 1", 2);
    await client.restart();
    assert.equal(existsSync(path.dirname(file)), false);
    assert.equal((await ask("debugInfo"))["isStarted"], false);
    assert.equal(shown(await client.execute("typeof gone")), "'undefined'");
  });
});
