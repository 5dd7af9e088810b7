/**
 * Runs scripts with V8's REPL mode, which is reachable only through the inspector, in this process.
 *
 * V8 may terminate a script when the user stops it; the call of the inspector is where that ends. The Runtime domain is
 * never enabled: it would keep every value a cell prints alive.
 *
 * How a script ended is read from its own promise, and the inspector is kept from looking: it would describe what was
 * thrown by the getters of the cell's own errors, where nothing can stop one that spins.
 */

import inspector from "node:inspector";
import { promiseHooks } from "node:v8";
import { type InterruptFlags, isAskedToStop } from "./flags.js";
import { Interrupted } from "../protocol/interrupted.js";
import { isHelper, withPlainNames } from "../cells/rewrite/reserved-names.js";

/** How a script ended. */
export type Outcome =
  | { status: "ok" }
  /** `place` is set for errors of V8's own compiler, which have no stack frame in the script. */
  | { status: "thrown"; thrown: unknown; place: { line: number; column: number } };

type Evaluated = inspector.Runtime.EvaluateReturnType;

/** The inspector keeps every value it was ever asked about, until the group is released. */
const GROUP = "cell";
/** The place of what has frames, or none at all. */
const TOP = { line: 1, column: 1 };
// Code may replace it.
const then = Reflect.get(Promise.prototype, "then") as (...handlers: unknown[]) => Promise<void>;

/** The end of a script that was broken off; made only then, since an error notes down where it was made. */
function interrupted(): Outcome {
  return { status: "thrown", thrown: new Interrupted(), place: TOP };
}

/** Runs scripts, which share one global scope; while one awaits, others may start. */
export class Runner {
  readonly #session = new inspector.Session();
  readonly #flags: InterruptFlags;
  readonly #caught: { value: unknown } = { value: undefined };
  /**
   * The promises of scripts that have not ended. What waits for something that nothing can settle would be collected as
   * garbage; V8 then reports to the session in the middle of its collection, and ends the process.
   */
  readonly #waiting = new Set<Promise<unknown>>();
  #work: () => void = () => {};
  readonly #hook: string;

  /** @param hook name of the global object through which scripts reach the kernel; gains `work` and `caught` */
  constructor(hook: string, hooks: Record<string, unknown>, flags: InterruptFlags) {
    this.#flags = flags;
    this.#hook = hook;
    hooks["work"] = () => this.#work();
    hooks["caught"] = (value: unknown) => {
      this.#caught.value = value;
    };
    this.#session.connect();
    // An evaluation that never ended would be answered when no JavaScript may run any more, which aborts the process.
    process.once("exit", () => this.#session.disconnect());
  }

  /** Runs a script of an execution, in the context from which this is called. */
  run(script: string, execution: number): Promise<Outcome> {
    return new Promise(resolve => {
      if (isAskedToStop(this.#flags, execution)) return resolve(interrupted());
      let own: Promise<unknown> | undefined;
      // The script's own promise is the first that it makes. It is heard here before the inspector hears of it.
      const stopLooking = promiseHooks.onInit((promise: Promise<unknown>) => {
        stopLooking();
        own = promise;
        this.#waiting.add(promise);
        void Reflect.apply(then, promise, [
          (completion: Record<string, unknown>) => {
            this.#waiting.delete(promise);
            for (const key of Object.keys(completion)) completion[key] = undefined;
            resolve({ status: "ok" });
          },
          (reason: unknown) => {
            this.#waiting.delete(promise);
            this.#leave();
            resolve({ status: "thrown", thrown: reason, place: TOP });
          },
        ]);
      }) as () => void;
      let refused: Outcome | undefined;
      this.#session.post(
        "Runtime.evaluate",
        { expression: script, replMode: true, awaitPromise: true, objectGroup: GROUP },
        (failure: Error | null, result: object | undefined) => {
          refused = failure ? interrupted() : this.#refusal(result as Evaluated);
        },
      );
      stopLooking();
      // Answered at once: the compiler has refused it, or it was broken off.
      if (!refused && own) return;
      if (own) this.#waiting.delete(own);
      resolve(refused ?? interrupted());
    });
  }

  /**
   * Does work of an execution, which the user may stop.
   *
   * @throws what the work throws, or Interrupted when it was broken off, or asked to stop before
   */
  call(execution: number, work: () => void): void {
    if (isAskedToStop(this.#flags, execution)) throw new Interrupted();
    let failed: { thrown: unknown } | undefined = { thrown: new Interrupted() };
    this.ends(() => {
      try {
        work();
        failed = undefined;
      } catch (thrown) {
        failed = { thrown };
      }
    });
    if (failed) throw failed.thrown;
  }

  /** Does work that throws nothing, and that the user may stop. @returns whether it has come to its end */
  ends(work: () => void): boolean {
    let ended = false;
    this.#work = () => {
      work();
      ended = true;
    };
    this.#session.post("Runtime.evaluate", { expression: `${this.#hook}.work()` });
    return ended;
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

  /** Has the inspector hear no more of what it waits for. */
  #leave(): void {
    this.#session.disconnect();
    this.#session.connect();
  }

  /** What V8's compiler has found wrong with a script. */
  #refusal({ exceptionDetails }: Evaluated): Outcome | undefined {
    if (!exceptionDetails) return undefined;
    const place = { line: exceptionDetails.lineNumber + 1, column: exceptionDetails.columnNumber + 1 };
    const thrown = this.#thrown(exceptionDetails.exception);
    this.#session.post("Runtime.releaseObjectGroup", { objectGroup: GROUP });
    return { status: "thrown", thrown, place };
  }

  /** The thrown value itself, which the inspector only describes. */
  #thrown(exception: inspector.Runtime.RemoteObject | undefined): unknown {
    const { objectId } = exception ?? {};
    if (objectId === undefined) return exception?.value;
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
