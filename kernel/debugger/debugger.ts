/**
 * The debugger: requests of the Debug Adapter Protocol, carried out by V8's inspector in the evaluator's process.
 *
 * It lives in the front, which goes on while cells are stopped. Jupyter's additions to the protocol are as ipykernel
 * has them, so that JupyterLab's debugger works with this kernel.
 */

import type { Debugger as V8 } from "node:inspector";
import type { InspectorCall, InspectorMessage } from "../protocol/evaluator.js";
import { HASH_SEED } from "../source/source-hash.js";
import { described, describedError } from "../base/described.js";
import { FieldError, integerField, stringField } from "../base/fields.js";
import type { Log } from "../base/log.js";
import { Breakpoints } from "./breakpoints.js";
import {
  breakpointRequests,
  DapError,
  type DapEvent,
  type DapRequest,
  type DapResponse,
  fileName,
  ProcessEndedError,
  readRequest,
  sourcePath,
  THREAD,
} from "../protocol/dap.js";
import { describe } from "./describe.js";
import { Inspection } from "./inspection.js";
import { InspectorClient } from "./inspector-client.js";
import { broughtPatterns, FOREIGN, Programs } from "./programs.js";
import { howToGoOn, readStop, type StackFrame, type Step, type Stop } from "./stop.js";
import { Variables } from "./variables.js";

/** What a debugger needs from its surroundings. */
export interface DebuggerOptions {
  /** Calls V8's inspector in the evaluator's process. */
  inspect: (call: InspectorCall) => void;
  /** Told what clients are to be told. */
  event: (event: DapEvent) => void;
  /** Told what clients cannot be told, or not in full. */
  log: Log;
}

type Arguments = Record<string, unknown>;

/** What can be asked for without a session, as in ipykernel. */
const ALWAYS = new Set([
  "debugInfo",
  "inspectVariables",
  "richInspectVariables",
  "modules",
  "copyToGlobals",
  "initialize",
  "disconnect",
  "variables",
]);

/** What says how the program is to be debugged, rather than something of the process that runs now. */
const SETTINGS = new Set(["initialize", "setBreakpoints", "setExceptionBreakpoints", "disconnect"]);

/** One kernel's debugger, which clients start and stop. */
export class Debugger {
  readonly #options: DebuggerOptions;
  readonly #inspector: InspectorClient;
  readonly #programs: Programs;
  readonly #breakpoints: Breakpoints;
  readonly #variables: Variables;
  readonly #inspection: Inspection;
  readonly #handlers: Record<string, (args: Arguments) => Promise<object>>;
  /** The names of scripts, by V8's ids. */
  readonly #scripts = new Map<string, string>();
  #started = false;
  #stop: Stop | undefined;
  #step: Step | undefined;
  #pausing = false;
  /** Which exceptions stop the program. */
  #filters = new Set<string>();
  /** Whether stops are passed over, because the cell was interrupted. */
  #released = false;
  /** Resolves when there is a process that knows what clients have set, or when none is to come. */
  #process: Promise<void> | undefined;
  #attached: (() => void) | undefined;
  #lastSeq = 0;
  #lastFrame = 0;

  constructor(options: DebuggerOptions) {
    this.#options = options;
    this.#programs = new Programs(options.log);
    this.#inspector = new InspectorClient(options.inspect, (method, params) => this.#event(method, params));
    this.#breakpoints = new Breakpoints(this.#inspector, this.#programs);
    this.#variables = new Variables(this.#inspector);
    this.#inspection = new Inspection(this.#inspector, this.#variables, {
      isStopped: () => this.#stop !== undefined,
      frame: id => this.#frame(id),
    });
    this.#handlers = this.#createHandlers();
    this.#expectProcess();
  }

  /**
   * Answers one request; what goes wrong is in the response.
   *
   * @param problem why the request cannot be carried out, when its message was not what the protocol says
   */
  async handle(content: Record<string, unknown>, problem?: string): Promise<DapResponse> {
    const { command } = content;
    const named = typeof command === "string" ? command : "debug_request";
    let request: DapRequest = { seq: 0, command: named, arguments: {} };
    const answer = () => ({
      type: "response" as const,
      seq: ++this.#lastSeq,
      request_seq: request.seq,
      command: request.command,
    });
    try {
      if (problem !== undefined) throw new FieldError(problem);
      request = readRequest(content);
      const body = await this.#handle(request);
      return { ...answer(), success: true, body };
    } catch (error) {
      // A fault of ours is logged with its place, and answered all the same: the client waits for a response.
      if (!(error instanceof DapError || error instanceof FieldError))
        this.#options.log(`internal error in ${request.command}: ${describedError(error)}`);
      const message = `${request.command}: ${error instanceof Error ? error.message : described(error)}`;
      return { ...answer(), success: false, message, body: { error: { id: 1, format: message } } };
    }
  }

  /** Takes what V8's inspector says. */
  received(message: InspectorMessage): void {
    this.#inspector.received(message);
  }

  /** Remembers a cell that is about to run, and gets ready to stop in it. */
  async prepare(code: string): Promise<void> {
    this.#programs.remember(code);
    if (!this.#started) return;
    await this.#attempt(async () => {
      if (this.#released) {
        this.#released = false;
        await this.#inspector.call("Debugger.setSkipAllPauses", { skip: false });
      }
      await this.#breakpoints.refresh();
    });
  }

  /** Lets the program go on without further stops until the next cell: it is interrupted. */
  release(): void {
    if (!this.#started || this.#released) return;
    this.#released = true;
    this.#step = undefined;
    void this.#attempt(() => this.#inspector.call("Debugger.setSkipAllPauses", { skip: true }));
    if (this.#stop) void this.#attempt(() => this.#inspector.call("Debugger.resume"));
  }

  /** The process that was debugged has ended. @param again whether another is about to start */
  processEnded(again: boolean): void {
    this.#inspector.ended();
    this.#scripts.clear();
    this.#continued();
    if (again) this.#expectProcess();
    else this.#attached?.();
  }

  /** A process has started; a debugger that was there before goes on with it. Resolves when cells may run. */
  async processStarted(): Promise<void> {
    this.#inspector.started();
    try {
      if (this.#started) {
        await this.#enable();
        await this.#breakpoints.renew();
      }
    } catch (error) {
      // The next one is told.
      if (error instanceof ProcessEndedError) return;
      if (!(error instanceof DapError)) throw error;
    }
    this.#attached?.();
  }

  /** Removes what was written. */
  close(): void {
    this.#programs.close();
  }

  async #handle({ command, arguments: args }: DapRequest): Promise<object> {
    if (!Object.hasOwn(this.#handlers, command))
      throw new DapError(`not supported; supported are ${Object.keys(this.#handlers).join(", ")}`);
    if (!this.#started && !ALWAYS.has(command))
      throw new DapError("the debugger is not started; send initialize and attach first");
    await this.#process;
    try {
      return (await this.#handlers[command]?.(args)) ?? {};
    } catch (error) {
      // What clients say once for all is true of the next process, too.
      if (!(error instanceof ProcessEndedError && SETTINGS.has(command))) throw error;
      await this.#process;
      return (await this.#handlers[command]?.(args)) ?? {};
    }
  }

  /** Has requests wait for a process that starts. */
  #expectProcess(): void {
    if (this.#attached) return;
    this.#process = new Promise(resolve => {
      this.#attached = () => {
        this.#attached = undefined;
        resolve();
      };
    });
  }

  #createHandlers(): Record<string, (args: Arguments) => Promise<object>> {
    const done = async (): Promise<object> => ({});
    return {
      initialize: async args => {
        // Of types it does not know, which are all but Python's, JupyterLab shows the name in place of the value.
        this.#variables.typed = args["clientID"] !== "jupyterlab";
        await this.#programs.load();
        if (!this.#started) await this.#enable();
        this.#started = true;
        // After the response, which this request has yet to get.
        setImmediate(() => this.#tell("initialized", {}));
        return CAPABILITIES;
      },
      attach: done,
      configurationDone: done,
      disconnect: () => this.#disconnect(),
      debugInfo: async () => this.#info(),
      dumpCell: async args => ({ sourcePath: this.#programs.dump(stringField(args, "code")) }),
      setBreakpoints: async args => ({
        breakpoints: await this.#breakpoints.set(sourcePath(args), breakpointRequests(args)),
      }),
      setExceptionBreakpoints: args => this.#setFilters(args["filters"]),
      threads: async () => ({ threads: [THREAD] }),
      stackTrace: async args => this.#stackTrace(args),
      scopes: async args => {
        const frame = this.#frame(integerField(args, "frameId"));
        return { scopes: this.#variables.scopes(frame.call) };
      },
      variables: async args => ({
        variables: await this.#variables.parts(integerField(args, "variablesReference")),
      }),
      evaluate: args => this.#inspection.evaluate(args),
      exceptionInfo: async () => this.#exceptionInfo(),
      source: async args => {
        const path = sourcePath(args);
        const content = this.#programs.text(path);
        if (content === undefined) throw new DapError(`there is no text at ${path}`);
        return { content, mimeType: "application/typescript" };
      },
      continue: async () => {
        this.#stopped();
        await this.#inspector.call("Debugger.resume");
        return { allThreadsContinued: true };
      },
      next: () => this.#stepBy("Debugger.stepOver"),
      stepIn: () => this.#stepBy("Debugger.stepInto"),
      stepOut: () => this.#stepBy("Debugger.stepOut"),
      pause: async () => {
        if (!this.#stop) {
          this.#pausing = true;
          await this.#inspector.call("Debugger.pause");
        }
        return {};
      },
      inspectVariables: async () => ({ variables: await this.#inspection.globals() }),
      richInspectVariables: args => this.#inspection.rich(args),
      copyToGlobals: args => this.#inspection.copyToGlobals(args),
      modules: () => this.#inspection.modules(),
    };
  }

  async #enable(): Promise<void> {
    await this.#inspector.call("Debugger.enable");
    await this.#applyFilters();
  }

  async #disconnect(): Promise<object> {
    if (!this.#started) return {};
    this.#started = false;
    this.#released = false;
    this.#breakpoints.clear();
    this.#filters.clear();
    this.#scripts.clear();
    // Disabling lets a stopped program go on.
    await this.#inspector.call("Debugger.disable");
    await this.#inspector.call("Relay.disconnect");
    this.#continued();
    return {};
  }

  #info(): object {
    return {
      isStarted: this.#started,
      hashMethod: "Murmur2",
      hashSeed: HASH_SEED,
      tmpFilePrefix: this.#programs.prefix,
      tmpFileSuffix: this.#programs.suffix,
      breakpoints: this.#breakpoints.list(),
      stoppedThreads: this.#stop ? [THREAD.id] : [],
      richRendering: true,
      exceptionPaths: ["TypeScript Exceptions"],
      copyToGlobals: true,
    };
  }

  async #setFilters(filters: unknown): Promise<object> {
    const known = CAPABILITIES.exceptionBreakpointFilters.map(({ filter }) => filter);
    if (!Array.isArray(filters) || !filters.every(each => known.includes(each as string))) {
      throw new FieldError(`"filters" must be a list of ${known.join(", ")}, got ${described(filters)}`);
    }
    this.#filters = new Set(filters as string[]);
    await this.#applyFilters();
    return { breakpoints: filters.map(() => ({ verified: true })) };
  }

  /** V8 is asked for all exceptions: it takes those of cells for caught, and passes over those that Node throws. */
  async #applyFilters(): Promise<void> {
    const some = this.#filters.size > 0;
    await this.#inspector.call("Debugger.setBlackboxPatterns", {
      patterns: some ? broughtPatterns() : [...broughtPatterns(), ...FOREIGN],
    });
    await this.#inspector.call("Debugger.setPauseOnExceptions", { state: some ? "all" : "none" });
  }

  #stackTrace(args: Arguments): object {
    const { frames } = this.#stopped();
    const start = integerField(args, "startFrame", 0);
    const shown = frames.filter(({ own }) => own !== undefined);
    const levels = integerField(args, "levels", 0) || shown.length;
    return {
      stackFrames: shown.slice(start, start + levels).map(({ id, call, own }) => ({
        id,
        name: call.functionName || "(top level)",
        line: own?.position.line ?? 0,
        column: own?.position.column ?? 0,
        source: { name: fileName(own?.program.path), path: own?.program.path },
      })),
      totalFrames: shown.length,
    };
  }

  #exceptionInfo(): object {
    const { exception } = this.#stopped();
    if (!exception) throw new DapError("no exception has stopped the program");
    const { thrown, uncaught } = exception;
    return {
      exceptionId: thrown.className ?? thrown.type,
      description: describe(thrown),
      breakMode: uncaught ? "unhandled" : "always",
      details: { stackTrace: thrown.description ?? "" },
    };
  }

  async #stepBy(command: Step["command"]): Promise<object> {
    const from = this.#stopped();
    this.#step = { command, from };
    await this.#inspector.call(command);
    return {};
  }

  #stopped(): Stop {
    if (!this.#stop) throw new DapError("the program is not stopped");
    return this.#stop;
  }

  #frame(id: number): StackFrame {
    const frame = this.#stopped().frames.find(each => each.id === id);
    if (!frame) throw new DapError(`frame ${id} is unknown; it ended when the program went on`);
    return frame;
  }

  #event(method: string, params: Record<string, unknown>): void {
    if (method === "Debugger.paused") this.#paused(params as unknown as V8.PausedEventDataType);
    else if (method === "Debugger.resumed") this.#continued();
    else if (method === "Debugger.scriptParsed") {
      const { scriptId, url } = params as unknown as V8.ScriptParsedEventDataType;
      this.#scripts.set(scriptId, url);
    } else if (method === "Debugger.breakpointResolved") {
      this.#resolved(params as unknown as V8.BreakpointResolvedEventDataType);
    }
  }

  #paused(params: V8.PausedEventDataType): void {
    const stop = readStop(params, this.#programs, this.#scripts, () => ++this.#lastFrame);
    const on = howToGoOn(stop, {
      step: this.#step,
      pausing: this.#pausing,
      filters: this.#filters,
      released: this.#released,
    });
    if (on !== undefined) {
      void this.#attempt(() => this.#inspector.call(on));
      return;
    }
    const paused = this.#pausing && stop.reason === "step";
    this.#pausing = false;
    const stepped = this.#step !== undefined;
    this.#step = undefined;
    // A `debugger` statement is a breakpoint in the text.
    const reason = paused ? "pause" : stop.reason === "step" && !stepped ? "breakpoint" : stop.reason;
    this.#stop = { ...stop, reason };
    const { exception } = stop;
    this.#tell("stopped", {
      reason,
      threadId: THREAD.id,
      allThreadsStopped: true,
      preserveFocusHint: false,
      ...(exception && { description: "Paused on exception", text: describe(exception.thrown) }),
      hitBreakpointIds: stop.hits.flatMap(id => this.#breakpoints.find(id)?.id ?? []),
    });
  }

  #resolved({ breakpointId, location }: V8.BreakpointResolvedEventDataType): void {
    const breakpoint = this.#breakpoints.moved(breakpointId, location);
    if (breakpoint) this.#tell("breakpoint", { reason: "changed", breakpoint });
  }

  #continued(): void {
    if (!this.#stop) return;
    this.#stop = undefined;
    this.#variables.clear();
    this.#tell("continued", { threadId: THREAD.id, allThreadsContinued: true });
  }

  #tell(event: string, body: object): void {
    this.#options.event({ type: "event", seq: ++this.#lastSeq, event, body });
  }

  /** Work that nobody waits for, in a process that may end meanwhile. */
  async #attempt(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof DapError)) throw error;
    }
  }
}

/** What this debugger can do. */
const CAPABILITIES = {
  supportsConfigurationDoneRequest: true,
  supportsConditionalBreakpoints: true,
  supportsEvaluateForHovers: true,
  supportsExceptionInfoRequest: true,
  supportsModulesRequest: true,
  exceptionBreakpointFilters: [
    { filter: "uncaught", label: "Uncaught Exceptions", default: true },
    { filter: "caught", label: "Caught Exceptions", default: false },
  ],
};
