/**
 * Runs scripts with V8's REPL mode, which is reachable only through the inspector, in this process.
 *
 * The inspector call is made from inside a `vm.Script` because only those can be broken by a SIGINT. The
 * Runtime domain is never enabled: it would keep every value a cell prints alive.
 */

import inspector from "node:inspector";
import vm from "node:vm";
import { BREAKABLE, endBreakable, type InterruptFlags, isAskedToStop } from "./flags.js";
import { Interrupted } from "./interrupted.js";
import { isHelper, withPlainNames } from "./reserved-names.js";

/** How a script ended. */
export type Outcome =
  | { status: "ok" }
  /** `place` is set for errors of V8's own compiler, which have no stack frame in the script. */
  | { status: "thrown"; thrown: unknown; place: { line: number; column: number } };

type Evaluated = inspector.Runtime.EvaluateReturnType;

/** The inspector keeps every value it was ever asked about, until the group is released. */
const GROUP = "cell";

/** Runs scripts, which share one global scope; while one awaits, others may start. */
export class Runner {
  readonly #session = new inspector.Session();
  readonly #flags: InterruptFlags;
  readonly #caught: { value: unknown } = { value: undefined };
  #enter: () => void = () => {};
  readonly #entry: vm.Script;
  readonly #hook: string;

  /** @param hook name of the global object through which scripts reach the kernel; gains `enter` and `caught` */
  constructor(hook: string, hooks: Record<string, unknown>, flags: InterruptFlags) {
    this.#flags = flags;
    this.#hook = hook;
    hooks["enter"] = () => this.#enter();
    hooks["caught"] = (value: unknown) => {
      this.#caught.value = value;
    };
    this.#entry = new vm.Script(`${hook}.enter()`, { filename: "netspace:enter" });
    this.#session.connect();
    // An evaluation that never ended would be answered when no JavaScript may run any more, which aborts the process.
    process.once("exit", () => this.#session.disconnect());
  }

  /**
   * Runs a script of an execution; `call` is told the function that starts it and must call it, in the context it
   * wants.
   */
  run(script: string, execution: number, call: (start: () => void) => void): Promise<Outcome> {
    return new Promise(resolve => {
      const start = () =>
        this.#session.post(
          "Runtime.evaluate",
          { expression: script, replMode: true, awaitPromise: true, objectGroup: GROUP },
          (failure: Error | null, result: object | undefined) => {
            // "Promise was collected": nothing can settle what the cell waits for. It waits until interrupted.
            if (failure) return;
            resolve(this.#outcome(result as Evaluated));
            this.#session.post("Runtime.releaseObjectGroup", { objectGroup: GROUP });
          },
        );
      try {
        this.call(execution, () => call(start));
      } catch (error) {
        resolve({ status: "thrown", thrown: error, place: { line: 1, column: 1 } });
      }
    });
  }

  /** Does work of an execution, which a SIGINT may break. @throws Interrupted when one does */
  call(execution: number, work: () => void): void {
    this.#enter = () => this.#breakable(execution, work);
    try {
      this.#entry.runInThisContext({ breakOnSigint: true, displayErrors: false });
    } catch (error) {
      const broken = (error as { code?: string }).code === "ERR_SCRIPT_EXECUTION_INTERRUPTED";
      throw broken ? new Interrupted() : error;
    } finally {
      Atomics.store(this.#flags, BREAKABLE, 0);
    }
  }

  /** Told by a script that it has come to its end. */
  ends(execution: number): void {
    endBreakable(this.#flags, execution);
  }

  /**
   * Does work that a SIGINT may break: none reaches the process before this begins, or after it has ended, when
   * the signal would break another script or, between two of them, the process.
   *
   * @throws Interrupted when the execution was asked to stop before
   */
  #breakable(execution: number, work: () => void): void {
    const flags = this.#flags;
    Atomics.store(flags, BREAKABLE, execution);
    try {
      if (isAskedToStop(flags, execution)) throw new Interrupted();
      work();
    } finally {
      // Not reached when the signal broke the work, which ends everything up to `run`.
      endBreakable(flags, execution);
    }
  }

  /** The variables that cells have declared, in the order of their first declaration, with their values. */
  variables(): (readonly [string, unknown])[] {
    let names: string[] = [];
    this.#session.post("Runtime.globalLexicalScopeNames", (failure, found) => {
      // A name is found once for each cell that declares it.
      if (!failure) names = [...new Set(found.names)];
    });
    // Only code in the same global scope sees what `let` and `class` declare there.
    // oxlint-disable-next-line no-eval
    const read = globalThis.eval as (source: string) => unknown;
    return names.flatMap(name => {
      if (isHelper(name)) return [];
      try {
        return [[withPlainNames(name), read(name)] as const];
      } catch {
        // Its declaration failed before it had a value.
        return [];
      }
    });
  }

  #outcome({ exceptionDetails }: Evaluated): Outcome {
    if (!exceptionDetails) return { status: "ok" };
    const place = { line: exceptionDetails.lineNumber + 1, column: exceptionDetails.columnNumber + 1 };
    return { status: "thrown", thrown: this.#thrown(exceptionDetails.exception), place };
  }

  /** The thrown value itself, which the inspector only describes. */
  #thrown(exception: inspector.Runtime.RemoteObject | undefined): unknown {
    if (!exception?.objectId) {
      if (exception?.unserializableValue === undefined) return exception?.value;
      return primitive(exception.unserializableValue);
    }
    const { objectId } = exception;
    this.#session.post("Runtime.callFunctionOn", {
      objectId,
      functionDeclaration: `function (value) { ${this.#hook}.caught(value) }`,
      arguments: [{ objectId }],
    });
    const { value } = this.#caught;
    this.#caught.value = undefined;
    return value;
  }
}

/** The numbers and bigints that JSON cannot say. */
function primitive(text: string): unknown {
  return text.endsWith("n") ? BigInt(text.slice(0, -1)) : Number(text);
}
