/** What cells' variables are called in V8, for code that clients send: reserved names have others there. */

import type { Debugger as V8, Runtime } from "node:inspector";
import { HOOK } from "../cells/hook.js";
import { hiddenName, isReserved } from "../cells/rewrite/reserved-names.js";
import { DapError } from "../protocol/dap.js";
import type { Evaluation } from "./evaluation.js";
import type { InspectorClient } from "./inspector-client.js";

/** How V8 words that a declaration has not been reached. */
const UNREACHED = /Cannot access '(.+)' before initialization/;

/** Finds them. */
export class ScriptNames {
  readonly #inspector: InspectorClient;
  readonly #evaluation: Evaluation;

  constructor(inspector: InspectorClient, evaluation: Evaluation) {
    this.#inspector = inspector;
    this.#evaluation = evaluation;
  }

  /** Code, JavaScript, with the names as V8 knows them in a function on the stack, or in the global scope. */
  async in(code: string, call?: V8.CallFrame): Promise<string> {
    // Loaded when needed, as the compiler is.
    const { freeNames, withScriptNames } = await import("../cells/rewrite/free-names.js");
    const used = freeNames(code);
    if (used.length === 0) return code;
    const local = call ? await this.#local(call) : new Set<string>();
    const own = await this.#own(used.filter(name => !local.has(name)));
    return withScriptNames(code, { isOwn: name => own.includes(name) });
  }

  /**
   * What an expression gives in a function on the stack. In the middle of a cell V8 takes a variable that an earlier cell
   * has declared, too, for one that has no value yet; outside of the cell's own script it knows better.
   */
  async inFrame(call: V8.CallFrame, code: string, returnByValue = false): Promise<Runtime.RemoteObject> {
    const { withRead } = await import("../cells/rewrite/free-names.js");
    const tried = new Set<string>();
    for (let expression = code; ; ) {
      try {
        return await this.#evaluation.inFrame(call, expression, returnByValue);
      } catch (error) {
        const name = error instanceof DapError ? UNREACHED.exec(error.message)?.[1] : undefined;
        if (name === undefined || tried.has(name) || (await this.#local(call)).has(name)) throw error;
        tried.add(name);
        expression = withRead(expression, name, `(0,eval)(${JSON.stringify(name)})`);
      }
    }
  }

  /** What a variable that is about to be declared in the global scope is called. */
  async declared(name: string): Promise<string> {
    if (!isReserved(name)) return name;
    await this.#own([name], true);
    return hiddenName(name);
  }

  async #own(names: readonly string[], declared = false): Promise<readonly string[]> {
    if (names.length === 0) return names;
    const asked = `${HOOK}.debugging.own(${JSON.stringify(names)},${declared})`;
    const answer = await this.#evaluation.globally(asked, true);
    return (await this.#evaluation.copy(answer)) as string[];
  }

  /** The names that a function and those around it declare. */
  async #local({ scopeChain }: V8.CallFrame): Promise<Set<string>> {
    const names = new Set<string>();
    for (const { type, object } of scopeChain) {
      if (type === "global" || type === "script" || object.objectId === undefined) continue;
      const { result } = await this.#inspector.call<Runtime.GetPropertiesReturnType>(
        "Runtime.getProperties",
        {
          objectId: object.objectId,
          ownProperties: true,
        },
      );
      for (const { name } of result) names.add(name);
    }
    return names;
  }
}
