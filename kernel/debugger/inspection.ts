/** What debugging clients ask about values, and do to them, in a stopped program or between cells. */

import type { DisplayData } from "../display/bundle.js";
import { HOOK } from "../cells/hook.js";
import { described } from "../base/described.js";
import { integerField, stringField } from "../base/fields.js";
import { DapError, fileName } from "../protocol/dap.js";
import { Evaluation } from "./evaluation.js";
import type { InspectorClient } from "./inspector-client.js";
import { ScriptNames } from "./script-names.js";
import type { StackFrame } from "./stop.js";
import { toJavaScript } from "./typescript.js";
import { IDENTIFIER, OBJECT_GROUP, type Variables } from "./variables.js";

type Arguments = Record<string, unknown>;

/** What the requests need to know of the program. */
export interface Inspected {
  isStopped(): boolean;
  /** A function on the stack. @throws DapError when the program is not stopped there */
  frame(id: number): StackFrame;
}

/** Requests about values; each throws a DapError that says what is wrong. */
export class Inspection {
  readonly #inspector: InspectorClient;
  readonly #variables: Variables;
  readonly #program: Inspected;
  readonly #evaluation: Evaluation;
  readonly #scriptNames: ScriptNames;

  constructor(inspector: InspectorClient, variables: Variables, program: Inspected) {
    this.#inspector = inspector;
    this.#variables = variables;
    this.#program = program;
    this.#evaluation = new Evaluation(inspector);
    this.#scriptNames = new ScriptNames(inspector, this.#evaluation);
  }

  /** `evaluate`: an expression in TypeScript, in a function on the stack or in the global scope. */
  async evaluate(args: Arguments): Promise<object> {
    const code = await toJavaScript(stringField(args, "expression"));
    const frameId = args["frameId"];
    const call =
      frameId === undefined || frameId === null
        ? undefined
        : this.#program.frame(integerField(args, "frameId")).call;
    const expression = await this.#scriptNames.in(code, call);
    const result = call
      ? await this.#scriptNames.inFrame(call, expression)
      : await this.#evaluation.globally(expression, this.#program.isStopped());
    this.#variables.changed();
    const { name: _, value, ...shown } = this.#variables.show("", result, stringField(args, "expression"));
    return { ...shown, result: value };
  }

  /** The notebook's variables, for `inspectVariables`. */
  async globals(): Promise<object[]> {
    if (!this.#program.isStopped()) {
      this.#variables.clear();
      await this.#inspector.call("Runtime.releaseObjectGroup", { objectGroup: OBJECT_GROUP });
    }
    return this.#variables.globals();
  }

  /** `richInspectVariables`: a variable as it would be displayed. */
  async rich(args: Arguments): Promise<object> {
    const name = stringField(args, "variableName");
    const frameId = args["frameId"];
    if (!IDENTIFIER.test(name)) return { data: {}, metadata: {} };
    const isStopped = this.#program.isStopped();
    const call =
      isStopped && frameId !== undefined && frameId !== null
        ? this.#program.frame(integerField(args, "frameId")).call
        : undefined;
    const variable = await this.#scriptNames.in(name, call);
    const now = `${HOOK}.debugging.bundleNow(${variable})`;
    if (call) {
      const { value } = await this.#scriptNames.inFrame(call, now, true);
      const { data, metadata } = value as DisplayData;
      return { data, metadata };
    }
    const asked = isStopped ? now : `${HOOK}.debugging.bundle(${variable})`;
    let bundle = await this.#evaluation.globally(asked, isStopped);
    if (bundle.subtype === "promise") bundle = await this.#evaluation.globally(now, isStopped);
    const { data, metadata } = (await this.#evaluation.copy(bundle)) as DisplayData;
    return { data, metadata };
  }

  /** `copyToGlobals`: a variable of a function on the stack becomes one of the notebook's. */
  async copyToGlobals(args: Arguments): Promise<object> {
    const from = stringField(args, "srcVariableName");
    const to = stringField(args, "dstVariableName");
    for (const name of [from, to]) {
      if (!IDENTIFIER.test(name)) throw new DapError(`${described(name)} is no name of a variable`);
    }
    const { call } = this.#program.frame(integerField(args, "srcFrameId"));
    const source = await this.#scriptNames.in(from, call);
    await this.#scriptNames.inFrame(call, `void (${HOOK}.debugging.kept = ${source})`);
    const target = await this.#scriptNames.declared(to);
    // The declaration is made at once; its completion is a promise, which settles when the program goes on.
    const declaring = this.#inspector.call("Runtime.evaluate", {
      expression: `let ${target} = ${HOOK}.debugging.kept`,
      replMode: true,
    });
    declaring.catch(unlessExpected);
    this.#variables.changed();
    return {};
  }

  /** `modules`: the local files that were loaded. */
  async modules(): Promise<object> {
    const files = await this.#evaluation.globally(`${HOOK}.debugging.files()`, this.#program.isStopped());
    const modules = ((await this.#evaluation.copy(files)) as string[]).map((path, i) => ({
      id: i + 1,
      name: fileName(path),
      path,
    }));
    return { modules, totalModules: modules.length };
  }
}

/** Of work that nobody waits for, in a process that may end meanwhile. */
function unlessExpected(error: unknown): void {
  if (!(error instanceof DapError)) throw error;
}
