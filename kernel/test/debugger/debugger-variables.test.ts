/** What the debugger shows of a program, and how it is changed: through jupyter_client. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { withoutJupyter } from "../support/client.js";
import { type Body, debugSession, shown, values, type Variable } from "../support/debug-session.js";

describe("values in the debugger", { skip: withoutJupyter, timeout: 300_000 }, () => {
  const session = debugSession();
  const { ask, refusal, attach, stack, parts, scope, stopIn, goOn } = session;

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
    await session.client.execute("let width = 64");
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
    await session.client.execute(
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
    await session.client.execute(`
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
    assert.equal(shown(await session.client.execute("ran")), "false");
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

  test("a variable that an earlier cell has declared, too, can be read in the middle of the cell", async () => {
    await attach();
    const code = "let again = 1;\nconst double = () => again * 2;\nagain + double()";
    await session.client.execute(code);
    const { id } = await stopIn(code, 3);
    const [top] = await stack();
    const evaluate = async (expression: string) =>
      (await ask("evaluate", { expression, frameId: top?.id, context: "watch" }))["result"];
    assert.equal(await evaluate("again + double()"), "3");
    assert.equal(await evaluate("{ again }"), "{again: 1}");
    assert.match(
      await refusal("evaluate", { expression: "later", frameId: top?.id }),
      /later is not defined/,
    );
    assert.equal(shown(await goOn(id)), "3");
  });

  test("variables of cells that are called like globals are what the cells declared", async () => {
    await attach();
    const code = `const Map = { ours: 1 }, document = "text";
function look(Set: number) {
  return Set + Map.ours;
}
look(2)`;
    const { id } = await stopIn(code, 3);
    const [top] = await stack();
    const evaluate = async (expression: string, frameId?: number) =>
      (await ask("evaluate", { expression, frameId, context: "repl" }))["result"];
    assert.equal(
      await evaluate("[Map.ours, document, Set, typeof JSON]", top?.id),
      "(4) [1, 'text', 2, 'object']",
    );
    assert.equal(await evaluate("({ Map }).Map.ours + Set"), "'1function Set() { [native code] }'");
    const globals = await scope(top, "Globals");
    assert.deepEqual([globals["Map"], globals["document"]], ["{ours: 1}", "'text'"]);
    assert.equal(
      Object.keys(globals).some(name => name.includes("\u200c")),
      false,
    );
    await ask("copyToGlobals", { srcVariableName: "Set", dstVariableName: "Reflect", srcFrameId: top?.id });
    const rich = async (variableName: string, frameId?: number) =>
      ((await ask("richInspectVariables", { variableName, frameId })) as { data: Body }).data["text/plain"];
    assert.deepEqual([await rich("Map", top?.id), await rich("Set", top?.id)], ["{ ours: 1 }", "2"]);
    assert.equal(shown(await goOn(id)), "3");
    assert.equal(await rich("document"), "'text'");
    assert.equal(shown(await session.client.execute("[Map.ours, Reflect, document]")), "[ 1, 2, 'text' ]");
    // A later cell stops where its own lines are, whatever its names are called in the script.
    const later = await stopIn(
      "const a = Map.ours + Map.ours,\n  b = Map.ours;\nMap.ours + document.length;\na + b",
      3,
    );
    assert.equal((await stack())[0]?.line, 3);
    assert.equal(shown(await goOn(later.id)), "3");
    assert.match(
      await refusal("evaluate", { expression: "Map.nothing()" }),
      /Map\.nothing is not a function/,
    );
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
    assert.equal(shown(await session.client.execute("copied")), "[ 1, 2 ]");
  });
});
