/**
 * Variables, properties and elements as clients ask for them: each thing with parts of its own has a number, good until
 * the program goes on.
 */

import type { Debugger as V8, Runtime } from "node:inspector";
import { HOOK } from "../cells/hook.js";
import { DapError, type DapScope, type DapVariable } from "../protocol/dap.js";
import { describe, typeOf } from "./describe.js";
import type { InspectorClient } from "./inspector-client.js";

/** Longer lists are shown in ranges, so that a million weights are not sent at once. */
const CHUNK = 100;
/** Of an object with more properties than this, the first are shown. */
const MAX_PROPERTIES = 500;

/** Something with parts. */
type Whole =
  | { kind: "object"; objectId: string; expression?: string }
  | { kind: "range"; objectId: string; start: number; end: number; expression?: string }
  /** Scopes of one function that clients see as one, innermost first. */
  | { kind: "scopes"; callFrameId: string; objectIds: string[]; extra: DapVariable[] }
  /** The notebook's variables. */
  | { kind: "globals" };

/** What belongs to the local scope of a function, rather than to what is around it. */
const LOCAL = new Set(["local", "block", "catch", "with", "eval", "wasm-expression-stack"]);

/** The wholes that clients may ask for. */
export class Variables {
  readonly #inspector: InspectorClient;
  readonly #wholes = new Map<number, Whole>();
  #lastReference = 0;
  /** Whether clients are told the types of variables. */
  typed = true;
  /** Whether code was evaluated since the program stopped: V8 shows scopes as they were then. */
  #changed = false;

  constructor(inspector: InspectorClient) {
    this.#inspector = inspector;
  }

  /** The program goes on: what was shown may have changed. */
  clear(): void {
    this.#wholes.clear();
    this.#changed = false;
  }

  /** Code was evaluated: variables may have other values than when the program stopped. */
  changed(): void {
    this.#changed = true;
  }

  /** A value as a variable. */
  show(name: string, value: Runtime.RemoteObject, expression?: string): DapVariable {
    const { objectId } = value;
    const length = elements(value);
    const ranged = length !== undefined && length > CHUNK;
    let variablesReference = 0;
    if (objectId !== undefined) {
      const about = { objectId, ...(expression !== undefined && { expression }) };
      variablesReference = this.#add(
        ranged ? { kind: "range", start: 0, end: length, ...about } : { kind: "object", ...about },
      );
    }
    return {
      name,
      value: describe(value),
      ...(this.typed && { type: typeOf(value) }),
      variablesReference,
      ...(expression !== undefined && { evaluateName: expression }),
      ...(length !== undefined && { indexedVariables: length }),
    };
  }

  /** The scopes of a stopped function: its own, those around it, the module's, and the notebook's. */
  scopes({ callFrameId, scopeChain, this: self, returnValue }: V8.CallFrame): DapScope[] {
    const groups = new Map<string, string[]>();
    const own = scopeChain.findIndex(({ type }) => type === "local");
    for (const [i, { type, object }] of scopeChain.entries()) {
      // Blocks outside the function, too, are what it closes over.
      const name = LOCAL.has(type) ? (own < 0 || i <= own ? "Locals" : "Closure") : SCOPES[type];
      if (name === undefined || object.objectId === undefined) continue;
      groups.set(name, [...(groups.get(name) ?? []), object.objectId]);
    }
    const inFunction = own >= 0;
    const extra: DapVariable[] = [];
    if (inFunction && self.type !== "undefined") extra.push(this.show("this", self, "this"));
    if (inFunction && returnValue) extra.push(this.show("(return value)", returnValue));
    return [...groups].map(([name, objectIds]) => ({
      name,
      variablesReference: this.#add(
        name === "Globals"
          ? { kind: "globals" }
          : { kind: "scopes", callFrameId, objectIds, extra: name === "Locals" ? extra : [] },
      ),
      expensive: false,
    }));
  }

  /** The parts of a whole. @throws DapError when the number means nothing, or nothing any more */
  async parts(reference: number): Promise<DapVariable[]> {
    const whole = this.#wholes.get(reference);
    if (!whole)
      throw new DapError(`variablesReference ${reference} is unknown; it ended when the program went on`);
    switch (whole.kind) {
      case "scopes":
        return this.#scope(whole);
      case "globals":
        return this.globals();
      case "object":
        return this.#properties(whole.objectId, whole.expression);
      case "range":
        return this.#elements(whole);
    }
  }

  /** The notebook's variables, as they are now. */
  async globals(): Promise<DapVariable[]> {
    const { result } = await this.#inspector.call<Runtime.EvaluateReturnType>("Runtime.evaluate", {
      expression: `${HOOK}.debugging.variables()`,
      objectGroup: OBJECT_GROUP,
    });
    if (result.objectId === undefined) return [];
    const { result: variables } = await this.#getProperties(result.objectId);
    return variables.flatMap(({ name, value }) => (value ? [this.show(name, value, name)] : []));
  }

  async #scope({
    callFrameId,
    objectIds,
    extra,
  }: Extract<Whole, { kind: "scopes" }>): Promise<DapVariable[]> {
    const found = new Map<string, Runtime.RemoteObject>();
    for (const objectId of objectIds) {
      const { result } = await this.#getProperties(objectId);
      for (const { name, value } of result) {
        // An inner scope hides what has the same name further out.
        if (value && !found.has(name) && IDENTIFIER.test(name)) found.set(name, value);
      }
    }
    if (this.#changed && found.size > 0) {
      const names = [...found.keys()].join(",");
      for (const [name, value] of await this.#now(callFrameId, names)) found.set(name, value);
    }
    return [...extra, ...[...found].map(([name, value]) => this.show(name, value, name))];
  }

  /** The values that variables of a function have now; none when one of them has yet to be declared. */
  async #now(callFrameId: string, names: string): Promise<[string, Runtime.RemoteObject][]> {
    const { result, exceptionDetails } = await this.#inspector.call<V8.EvaluateOnCallFrameReturnType>(
      "Debugger.evaluateOnCallFrame",
      { callFrameId, expression: `({${names}})`, objectGroup: OBJECT_GROUP },
    );
    if (exceptionDetails || result.objectId === undefined) return [];
    const { result: values } = await this.#getProperties(result.objectId);
    return values.flatMap(({ name, value }) => (value ? [[name, value]] : []));
  }

  async #properties(objectId: string, expression?: string): Promise<DapVariable[]> {
    const { result: stored, internalProperties = [] } = await this.#getProperties(objectId);
    const result = stored.filter(({ name }) => !NOTED_DOWN.test(name));
    const own = result.slice(0, MAX_PROPERTIES).map(({ name, value, symbol, get }) => {
      const inner = expression !== undefined && !symbol ? member(expression, name) : undefined;
      // Getters are not run: they may do anything.
      if (!value) return text(name, get ? "(getter)" : "(setter)");
      return this.show(name, value, inner);
    });
    const left = result.length - own.length;
    if (left > 0) own.push(text("…", `${left} more properties`));
    const internal = internalProperties.flatMap(({ name, value }) =>
      value && INTERNAL.has(name) ? [this.show(name, value)] : [],
    );
    return [...own, ...internal];
  }

  /** The elements of a range, or the smaller ranges it falls into. */
  async #elements(whole: Extract<Whole, { kind: "range" }>): Promise<DapVariable[]> {
    const { objectId, start, end, expression } = whole;
    if (end - start > CHUNK) {
      let step = CHUNK;
      while ((end - start) / step > CHUNK) step *= CHUNK;
      const ranges: DapVariable[] = [];
      for (let from = start; from < end; from += step) {
        const to = Math.min(from + step, end);
        const reference = this.#add({ ...whole, start: from, end: to });
        ranges.push({ ...text(`[${from} … ${to - 1}]`, ""), variablesReference: reference });
      }
      return ranges;
    }
    const { result } = await this.#inspector.call<Runtime.CallFunctionOnReturnType>(
      "Runtime.callFunctionOn",
      {
        objectId,
        functionDeclaration: "function (start, end) { return Array.prototype.slice.call(this, start, end) }",
        arguments: [{ value: start }, { value: end }],
        objectGroup: OBJECT_GROUP,
      },
    );
    if (result.objectId === undefined) return [];
    const { result: found } = await this.#getProperties(result.objectId);
    return found.flatMap(({ name, value }) => {
      if (!value || !/^\d+$/.test(name)) return [];
      const index = String(Number(name) + start);
      return [this.show(index, value, expression === undefined ? undefined : member(expression, index))];
    });
  }

  #getProperties(objectId: string): Promise<Runtime.GetPropertiesReturnType> {
    return this.#inspector.call("Runtime.getProperties", {
      objectId,
      ownProperties: true,
      generatePreview: true,
    });
  }

  #add(whole: Whole): number {
    this.#wholes.set(++this.#lastReference, whole);
    return this.#lastReference;
  }
}

/** What a variable may be called. */
export const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;

/** What V8 keeps for clients until they let go of it. */
export const OBJECT_GROUP = "kernel-debugger";

/** What clients call scopes around a function. The global object, with all of Node's, is left out. */
const SCOPES: Record<string, string> = { closure: "Closure", module: "Module", script: "Globals" };

/** What objects have inside that is worth seeing. */
const INTERNAL = new Set(["[[Entries]]", "[[PromiseState]]", "[[PromiseResult]]", "[[TargetFunction]]"]);

/** What the kernel's way of following a cell through its callbacks leaves on timers and other resources. */
const NOTED_DOWN = /^Symbol\((?:kAsyncContextFrame|context_frame|kResourceStore)\)$/;

/** How many elements a list has, from how V8 describes it. */
function elements({ subtype, description = "" }: Runtime.RemoteObject): number | undefined {
  if (subtype !== "array" && subtype !== "typedarray") return undefined;
  const length = /\((\d+)\)$/.exec(description)?.[1];
  return length === undefined ? undefined : Number(length);
}

function text(name: string, value: string): DapVariable {
  return { name, value, variablesReference: 0 };
}

function member(expression: string, name: string): string {
  if (IDENTIFIER.test(name)) return `${expression}.${name}`;
  return `${expression}[${/^\d+$/.test(name) ? name : JSON.stringify(name)}]`;
}
