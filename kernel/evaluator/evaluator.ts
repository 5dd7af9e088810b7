/** Evaluates cells: TypeScript in, outputs and an end out. Knows nothing of Jupyter's protocol or sockets. */

import { setImmediate as turn, setTimeout as sleep } from "node:timers/promises";
import { hosts, serve } from "../hosts/hosts.js";
import type { DisplayData } from "../display/bundle.js";
import { createDeno } from "../compat/deno.js";
import { createDisplay, DisplayHandle, type DisplaySink, HOST_DISPLAY } from "../display/display.js";
import { plain } from "../display/plain.js";
import { progress } from "../display/progress.js";
import { isUnregister } from "../display/registered-forms.js";
import { toBundle } from "../display/to-bundle.js";
import { startMagics } from "../magics/start-magics.js";
import { WIDGET_HOST } from "../widgets/comms/host.js";
import { Callbacks } from "./interrupts/callbacks.js";
import { CellRegistry } from "../source/cell.js";
import { SessionNames, standIns, typeOfReserved } from "../cells/rewrite/cell-names.js";
import { CellSyntaxError } from "../source/cell-syntax-error.js";
import { type Compiled, compile } from "../cells/compile.js";
import { createDebugging } from "./debugging.js";
import {
  describeSyntaxError,
  describeThrown,
  describeUnasked,
  type Origin,
  UNCAUGHT,
} from "./errors/errors.js";
import { Execution, executions, NOBODY } from "./execution.js";
import { createFlags } from "./flags.js";
import { installFunctionText } from "../cells/rewrite/function-text.js";
import { hideInternals } from "./hide-internals.js";
import { Interrupted } from "../protocol/interrupted.js";
import { type Breaking, Interrupts } from "./interrupts/interrupts.js";
import { LoadedModules } from "./modules/loaded-modules.js";
import { Modules } from "./modules/modules.js";
import { OutputBuffer, type SeenByOthers } from "./output/output-buffer.js";
import { createPrompt } from "./prompt.js";
import type {
  CommCommand,
  DoneEvent,
  ErrorReport,
  EvaluatorEvent,
  ExecuteCommand,
  ExpressionResult,
  OutputEvent,
} from "../protocol/evaluator.js";
import { HOOK } from "../cells/hook.js";
import { directCode } from "../cells/rewrite/free-names.js";
import { HeldAwaits } from "./interrupts/held-awaits.js";
import { withHint } from "./errors/hint.js";
import { keptValue, refuseConstant } from "./hooks.js";
import { importPlace } from "./modules/import-place.js";
import { plainError, plainly } from "../cells/rewrite/plain-errors.js";
import { hiddenName } from "../cells/rewrite/reserved-names.js";
import { report as reported } from "../cells/report.js";
import { type Outcome, Runner } from "./run.js";
import { Stacks } from "./errors/stack.js";
import { collectGarbage, Rest } from "../processes/rest.js";
import { readableTsconfigOf } from "../modules/tsconfig.js";
import { forgetUnfinishedModules } from "./modules/unfinished-modules.js";
import { UsedResources } from "./interrupts/used-resources.js";

/** Said under a cell whose callback was stopped after the cell's end. */
const CALLBACK_INTERRUPTED = "the callback was interrupted\n";
/** Promises that still can settle do so within this, once code was broken off. */
const LOST_MS = 50;
/** A stopped cell waits no longer for what it has used to be disposed of, which goes on by itself. */
const DISPOSING_MS = 1000;

/** What an evaluator needs from its surroundings. */
export interface EvaluatorOptions {
  /** Absolute path of the folder that cells import from. */
  folder: string;
  /** Told every event, in order. */
  send: (event: EvaluatorEvent) => void;
  /** Blocks until the question that an execution put last is answered; without it nobody can be asked. */
  answer?: (execution: number) => string;
  /** Where another thread sees text that waits to be sent. */
  seen?: SeenByOthers;
  /** Folders of packages that cells import wherever they are; those of this process if left out. */
  hosts?: readonly string[];
}

/**
 * Evaluates cells in this process's global scope. A cell may start while others await.
 *
 * There can be only one in a process: cells share the global scope, and `error.stack` is a process-wide thing.
 */
export class Evaluator {
  readonly interrupts: Interrupts;
  readonly output: OutputBuffer;
  readonly #folder: string;
  readonly #send: (event: EvaluatorEvent) => void;
  readonly #cells = new CellRegistry();
  readonly #names = new SessionNames();
  readonly #stacks = new Stacks(this.#cells);
  readonly #runner: Runner;
  readonly #loaded: LoadedModules;
  readonly #held = new HeldAwaits();
  readonly #used = new UsedResources();
  readonly #callbacks: Callbacks;
  /** Executions by the id of the cell whose last expression they wait for. */
  readonly #awaitingValue = new Map<number, Execution>();
  /** What has not told the front its end, and a way to end it when that is lost. */
  readonly #unfinished = new Map<Execution, () => void>();
  /** Cells in the turn after their end, by their ids. */
  readonly #ending = new Map<number, Execution>();
  readonly #rest = new Rest(() => {
    if (this.#unfinished.size === 0) collectGarbage();
  });
  /** Cells keep it for as long as errors may need them, so it must keep nothing of the run it was made in. */
  readonly #tsconfig = () => readableTsconfigOf(this.#folder);
  #lastCell = 0;

  constructor({ folder, send, answer, seen, hosts: served }: EvaluatorOptions) {
    if (served) serve(served);
    this.#folder = folder;
    // Output that code has caught for itself goes no further.
    this.#send = event => {
      if (!("id" in event) || event.id >= 0) send(event);
      else this.#callbacks.caught(event as OutputEvent);
    };
    this.output = new OutputBuffer(event => this.#send(event), seen);
    const flags = createFlags();
    this.interrupts = new Interrupts(
      flags,
      execution => this.#breaking(execution),
      () => this.#stacks.framesNow(),
    );
    const modules = new Modules(folder, this.#cells);
    this.#loaded = new LoadedModules(modules);
    const display = createDisplay(
      () => this.#displaySink(),
      () => executions.getStore()?.id,
    );
    const hooks = {
      import: modules.import.bind(modules),
      imported: (cell: number, index: number, names = false) => this.#loaded.get(cell, index, names),
      meta: modules.meta,
      kept: keptValue,
      typeOf: typeOfReserved,
      direct: directCode(this.#names),
      constant: refuseConstant,
      uses: this.#used.use.bind(this.#used),
      plain: plainError,
      plainly,
      stop: () => this.interrupts.stopLoop(),
      check: () => this.interrupts.check(),
      awaits: this.#held.hold.bind(this.#held),
      awaitsEach: this.#held.holdEach.bind(this.#held),
      ...startMagics({
        folder,
        display,
        variables: () => this.#runner.variables(),
        stopWatch: () => {
          const execution = executions.getStore();
          return () => execution?.abandoned === true;
        },
        stopHere: () => this.interrupts.stopLoop(),
      }),
      value: (cell: number, value: unknown) => this.#value(cell, value),
      debugging: createDebugging(() => this.#runner, this.#cells, this.#names),
    };
    this.#runner = new Runner(HOOK, hooks, flags);
    this.#callbacks = new Callbacks({
      call: (execution, work) => this.#runner.call(execution.id, () => executions.run(execution, work)),
      failed: thrown => this.#callbackFailed(thrown),
      send: message => {
        const { id = 0, outputTo: origin = 0 } = executions.getStore() ?? {};
        this.output.flush();
        send({ type: "comm", id, origin, message });
      },
      flush: () => this.output.flush(),
    });
    define(HOOK, hooks, { writable: false, configurable: false });
    define(`${HOOK}_flags`, flags, { writable: false, configurable: false });
    define("display", display);
    define(HOST_DISPLAY, display, { writable: false });
    define(WIDGET_HOST, this.#callbacks, { writable: false });
    // The names by which earlier versions of a host look for both.
    for (const { name } of hosts()) {
      define(Symbol.for(`${name}.display`), display, { writable: false });
      define(Symbol.for(`${name}.widgets`), this.#callbacks, { writable: false });
    }
    define("progress", progress);
    define("require", modules.require);
    // By name, so that libraries that know nothing of this kernel can stop with the cell that called them.
    Object.defineProperty(globalThis, Symbol.for("Jupyter.signal"), {
      configurable: true,
      get: () => executions.getStore()?.signal,
    });
    define("clearOutput", (wait = false) => this.#clear(wait));
    const ask =
      answer &&
      ((execution: Execution, prompt: string, password: boolean) => {
        this.#emit({ type: "input", id: execution.id, prompt, password });
        return answer(execution.id);
      });
    define(
      "prompt",
      createPrompt(ask, execution => this.interrupts.isRunning(execution)),
    );
    const deno = createDeno({
      display,
      print: (name, text) => {
        const execution = executions.getStore();
        if (execution) this.output.write(execution.outputTo, name, text);
      },
      clear: wait => this.#clear(wait),
    });
    standIns.add(deno);
    // Cells alone find it under its name: packages would take this process for Deno.
    define(hiddenName("Deno"), deno, { writable: false });
    this.#names.declare(["Deno"]);
    this.#stacks.install();
    installFunctionText();
    hideInternals();
  }

  /** Runs a cell. The promise resolves, never rejects, when `done` has been sent. */
  execute(command: ExecuteCommand): Promise<void> {
    const execution = new Execution(command.id, command.count, command.allowStdin);
    this.#stacks.install();
    return new Promise(resolve => {
      const finish = (
        error: ErrorReport | undefined,
        userExpressions: DoneEvent["userExpressions"],
      ): void => {
        if (!this.#unfinished.delete(execution)) return;
        this.#rest.stir();
        this.output.flush();
        this.#send({ type: "done", id: command.id, userExpressions, ...(error && { error }) });
        resolve();
      };
      this.#unfinished.set(execution, () => finish(this.#describe(new Interrupted(), execution), {}));
      void this.#execute(command, execution, finish);
    });
  }

  async #execute(
    command: ExecuteCommand,
    execution: Execution,
    finish: (error: ErrorReport | undefined, userExpressions: DoneEvent["userExpressions"]) => void,
  ): Promise<void> {
    let error: ErrorReport | undefined;
    let userExpressions: DoneEvent["userExpressions"] = {};
    try {
      await this.interrupts.watch(execution, async () => {
        const failed = await this.#cell(command, execution);
        const expressions = failed ? {} : await this.#expressions(command, execution);
        // What was given up may come to an end of its own all the same, which is then not the cell's any more.
        if (!execution.abandoned) [error, userExpressions] = [failed, expressions];
        await execution.settled();
      });
    } catch (thrown) {
      const ended = await this.#disposeOf(execution, thrown);
      error ??= this.#describe(ended, execution);
    }
    // One turn of the event loop lets rejections nobody handles be reported as part of this cell.
    this.#ending.set(execution.id, execution);
    await turn();
    this.#ending.delete(execution.id);
    if (execution.isCutShort) error ??= this.#describe(new Interrupted(), execution);
    executions.run(execution, () => this.#callbacks.settle());
    finish(error, userExpressions);
  }

  /**
   * Disposes of what an execution has used that was given up at an `await`, and so never comes to its end.
   *
   * @returns what it ends with: the interrupt, or what disposing has thrown besides
   */
  async #disposeOf({ id, count, outputTo, groups }: Execution, thrown: unknown): Promise<unknown> {
    const cells = [...this.#awaitingValue].filter(
      ([cell, { id: own }]) => own === id && this.#used.has(cell),
    );
    if (cells.length === 0) return thrown;
    // Not the run that was given up, whose loops stop: only another Stop reaches this.
    const last = new Execution(id, count, false, outputTo);
    last.groups = groups;
    let outcome: Outcome = { status: "thrown", thrown, place: { line: 1, column: 1 } };
    // In a turn of its own: what is broken off takes all that called it along.
    const disposed = Promise.resolve().then(() =>
      executions.run(last, async () => {
        for (const [cell] of cells) outcome = await this.#used.dispose(cell, outcome);
      }),
    );
    const late = new AbortController();
    await Promise.race([disposed, sleep(DISPOSING_MS, undefined, { signal: late.signal }).catch(() => {})]);
    late.abort();
    return outcome.status === "thrown" ? outcome.thrown : thrown;
  }

  /** Hands a front end's comm message to the cells' code. The promise never rejects. */
  deliver({ id, message }: CommCommand): Promise<void> {
    const execution = new Execution(id, 0);
    return new Promise(resolve => {
      const tell = (ended: boolean): void => {
        if (!this.#unfinished.has(execution)) return;
        if (ended) this.#unfinished.delete(execution);
        this.#rest.stir();
        this.#send({ type: "delivered", id, ended });
        if (ended) resolve();
      };
      this.#unfinished.set(execution, () => tell(true));
      void this.#deliver(message, execution, tell);
    });
  }

  /** @param tell told that the message was dealt with, and whether what it left to promises has ended, too */
  async #deliver(
    message: CommCommand["message"],
    execution: Execution,
    tell: (ended: boolean) => void,
  ): Promise<void> {
    const handled = async (): Promise<void> => {
      executions.run(execution, () => {
        try {
          this.#callbacks.comms.deliver(message);
        } catch (thrown) {
          // A message that nothing can be made of is told to the client that sent it.
          this.lateError(thrown, "error");
        }
      });
      // What the message calls is called in the next turn, once, however many messages came before it.
      await turn();
    };
    const work = handled().finally(() => {
      executions.run(execution, () => this.#callbacks.settle());
      tell(!execution.isPending);
    });
    const watched = this.interrupts.watch(execution, async () => {
      await work;
      await execution.settled();
    });
    // Stopped: its callbacks have said so.
    await watched.catch(() => {});
    await work;
    tell(true);
  }

  /** @returns a function that ends what waits for promises that may never settle, now that code was broken off */
  #breaking(execution: Execution | undefined): Breaking {
    const stopped = execution && !execution.abandoned && !this.interrupts.isRunning(execution);
    const unfinished = [...this.#unfinished];
    return isLost => {
      if (stopped) this.output.write(execution.outputTo, "stderr", CALLBACK_INTERRUPTED);
      forgetUnfinishedModules();
      setTimeout(() => {
        for (const [each, finish] of unfinished) if (isLost(each) && this.#unfinished.has(each)) finish();
      }, LOST_MS);
    };
  }

  /** Reports an error that no cell waits for, to the cell whose code caused it. */
  lateError(thrown: unknown, origin: "error" | "rejection"): void {
    const execution = executions.getStore();
    if (Interrupted.is(thrown)) {
      // What is left of a cell that was given up has said so, or the cell says it now.
      if (!execution || execution.abandoned || this.interrupts.stopped(execution)) return;
      const ending = this.#ending.get(execution.id);
      if (ending) ending.isCutShort = true;
      else this.#callbackFailed(thrown);
      return;
    }
    const { ename, traceback } = this.#describe(thrown, execution ?? NOBODY, { late: true });
    const how = origin === "rejection" ? "Uncaught (in promise)" : "Uncaught";
    const text = `${ename === UNCAUGHT ? "" : `${how} `}${traceback.join("\n")}\n`;
    if (execution) this.output.write(execution.outputTo, "stderr", text);
    else process.stderr.write(text);
  }

  /** Reports what a callback threw under the cell that set it. */
  #callbackFailed(thrown: unknown): void {
    if (!Interrupted.is(thrown)) return this.lateError(thrown, "error");
    const execution = executions.getStore();
    if (execution) this.output.write(execution.outputTo, "stderr", CALLBACK_INTERRUPTED);
  }

  /** Runs the cell proper and shows its value. */
  async #cell(command: ExecuteCommand, execution: Execution): Promise<ErrorReport | undefined> {
    const error = await this.#evaluate(command.code, execution);
    if (execution.abandoned) throw new Interrupted();
    if (error || command.silent || !execution.value) return error;
    const { value } = execution.value;
    // Timers of the cell keep the execution.
    execution.value = undefined;
    // `display(x)` as the last line has shown x already, and `display.register(…)` has nothing to show.
    if (value === undefined || DisplayHandle.is(value) || isUnregister(value)) return undefined;
    // A cell may have frozen the global object, or `_`: a value is shown all the same.
    Reflect.defineProperty(globalThis, "_", hidden(value));
    const wasStopped = this.interrupts.lookForStops();
    const bundle = await executions.run(execution, () => this.#bundle(value, execution));
    // What looks at values takes it for a getter that fails.
    if (wasStopped() && this.interrupts.isAsked(execution)) throw new Interrupted();
    this.#emit({ type: "result", id: execution.id, ...bundle });
    return undefined;
  }

  /** Runs source and leaves its value in the execution; the only thing that compiles and runs. */
  async #evaluate(source: string, execution: Execution): Promise<ErrorReport | undefined> {
    const id = ++this.#lastCell;
    let compiled: Compiled;
    const identity = { id, count: execution.count, jsx: this.#tsconfig };
    try {
      compiled = compile(source, identity, this.#names);
    } catch (error) {
      if (!(error instanceof CellSyntaxError)) throw error;
      return describeSyntaxError(error, source, `In [${execution.count}]`);
    }
    // Its reporter writes for the code that loads it, which would have the first cell show the results of all later ones.
    if (source.includes("node:test")) executions.exit(() => process.getBuiltinModule("node:test"));
    const { imports } = compiled;
    this.#cells.add(compiled.cell);
    if (imports.length > 0) {
      const types = await executions.run(execution, () => this.#loaded.load(id, imports));
      if (types.size > 0) this.#cells.add((compiled = compile(source, identity, this.#names, types)).cell);
    }
    const { cell, script } = compiled;
    this.#names.declare(compiled.declared);
    // Interrupted while a module was loading: the cell must not start.
    if (execution.abandoned) throw new Interrupted();
    this.#awaitingValue.set(id, execution);
    const ran = await executions.run(execution, () => this.#runner.run(script, execution.id));
    const outcome = this.#used.has(id)
      ? await executions.run(execution, () => this.#used.dispose(id, ran))
      : ran;
    this.#awaitingValue.delete(id);
    const awaited = outcome.status === "thrown" ? await this.#held.failedAt(id, outcome.thrown) : undefined;
    this.#held.release(id);
    const failed = this.#loaded.failed(id);
    this.#loaded.forget(id);
    if (outcome.status === "ok") return undefined;
    const { thrown, place } = outcome;
    const importedAt = failed && failed.error === thrown ? importPlace(source, failed.specifier) : undefined;
    const awaitedAt = awaited && cell.locateBeforeLast(awaited);
    const origin = { cell, place, ...(importedAt && { importedAt }), ...(awaitedAt && { awaitedAt }) };
    return this.#describe(thrown, execution, {
      origin,
      hinted: report => withHint(report, thrown, source, name => this.#loaded.whyType(name)),
    });
  }

  /**
   * Describes what was thrown, which may run the cell's code: getters, proxies, ways to be inspected. Stop ends that,
   * and then it is described by what is stored in it.
   *
   * @param late whether a cell's end is not made of it
   */
  #describe(
    thrown: unknown,
    execution: Execution,
    {
      origin,
      late = false,
      hinted = report => report,
    }: { origin?: Origin; late?: boolean; hinted?: (report: ErrorReport) => ErrorReport } = {},
  ): ErrorReport {
    const within = (work: () => ErrorReport): ErrorReport | undefined => {
      let made: ErrorReport | undefined;
      const wasStopped = this.interrupts.lookForStops();
      const ended = this.#runner.ends(() => {
        made = executions.run(execution, work);
      });
      return ended && !wasStopped() ? made : undefined;
    };
    return (
      within(() => hinted(describeThrown(thrown, this.#stacks, origin))) ??
      within(() => describeUnasked(thrown, this.#stacks, late)) ??
      reported(UNCAUGHT, "an error whose description was interrupted")
    );
  }

  async #expressions(command: ExecuteCommand, execution: Execution): Promise<DoneEvent["userExpressions"]> {
    const results: Record<string, ExpressionResult> = {};
    for (const [name, source] of Object.entries(command.userExpressions)) {
      execution.value = undefined;
      const error = await this.#evaluate(source, execution);
      if (error) results[name] = { status: "error", ...error };
      else results[name] = { status: "ok", ...(await this.#bundle(this.#valueOf(execution), execution)) };
    }
    return results;
  }

  #valueOf(execution: Execution): unknown {
    return execution.value?.value;
  }

  /** Returns nothing, which is then all that V8 describes of the script's value. */
  #value(cell: number, value: unknown): void {
    const execution = this.#awaitingValue.get(cell);
    if (execution) execution.value = { value };
  }

  /** A value whose own display fails is still shown, plainly, with the failure beside it. */
  async #bundle(value: unknown, execution: Execution): Promise<DisplayData> {
    try {
      return await toBundle(value, {}, (failed, form) => this.#formFailed(failed, form));
    } catch (error) {
      if (Interrupted.is(error)) throw error;
      const { traceback } = this.#describe(error, execution, { late: true });
      this.output.write(execution.outputTo, "stderr", `display failed: ${traceback.join("\n")}\n`);
      return { data: plain(value), metadata: {} };
    }
  }

  /** What a registered form throws is said under the cell that shows the value, which is shown without the form. */
  #formFailed(error: unknown, form: string): void {
    if (Interrupted.is(error)) throw error;
    const execution = executions.getStore();
    const { traceback } = this.#describe(error, execution ?? NOBODY, { late: true });
    const text = `display form ${form} failed: ${traceback.join("\n")}\n`;
    if (execution) this.output.write(execution.outputTo, "stderr", text);
    else process.stderr.write(text);
  }

  #displaySink(): DisplaySink {
    const execution = executions.getStore();
    if (!execution) throw new Error("display: expected to be called by a cell, was called by no cell's code");
    return {
      send: (type, data, displayId) => this.#emit({ type, id: execution.outputTo, displayId, ...data }),
      failed: (error, form) => this.#formFailed(error, form),
      defer: work => execution.await(work.catch((error: unknown) => this.lateError(error, "rejection"))),
    };
  }

  #clear(wait: boolean): void {
    const execution = executions.getStore();
    if (execution) this.#emit({ type: "clear", id: execution.outputTo, wait });
  }

  /** Outputs keep their order: text gathered before goes first. */
  #emit(event: OutputEvent): void {
    this.output.flush();
    this.#send(event);
  }
}

/** Defines a global that cells see but that no enumeration of globals shows. */
function define(name: string | symbol, value: unknown, attributes?: PropertyDescriptor): void {
  Object.defineProperty(globalThis, name, { ...hidden(value), ...attributes });
}

/** A property that no enumeration shows. */
function hidden(value: unknown): PropertyDescriptor {
  return { value, writable: true, configurable: true, enumerable: false };
}
