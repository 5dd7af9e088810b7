/**
 * The interpreter: all that the server asks of whatever runs cells, and all that it is told in return.
 *
 * This is the kernel's waist. Above it lie sockets, messages, queues, history, completion and the debugger's protocol,
 * which know nothing of how code runs; below it lies the evaluator, which knows nothing of Jupyter. xeus calls the same
 * place `xinterpreter`. Whatever implements this can be served: `Kernel` makes its interpreter by the function that it is
 * given, and asks it nowhere else.
 */

import type {
  CommCommand,
  CommEvent,
  DoneEvent,
  ExecuteCommand,
  InspectorCall,
  InspectorMessage,
  OutputEvent,
} from "./evaluator.js";

/** Runs cells. */
export interface Interpreter {
  /** Makes it ready for cells, which may be handed over at once and wait until it is. */
  start(): void;
  /** Runs a cell, also while others await; resolves, never rejects, at its end. */
  execute(command: ExecuteCommand): Promise<DoneEvent>;
  /**
   * Hands a comm message to the cells' code, also while a cell runs; resolves, never rejects, when what it called has
   * returned.
   */
  deliver(command: CommCommand): Promise<void>;
  /** Asks what runs to stop: all cells and callbacks of comm messages, or one of them. */
  interrupt(id?: number): void;
  /** Gives the cell that asks the user its answer. */
  answer(text: string): void;
  /** Calls V8's inspector where the cells run, which answers whatever these do. */
  inspect(call: InspectorCall): void;
  /** Begins anew: variables and modules are gone, and cells that run end with an error. */
  restart(): void;
  /** Ends for good. */
  stop(): void;
}

/** What an interpreter tells its server. */
export interface InterpreterListener {
  /** It is ready for cells; told again after each start. */
  started?: () => void;
  /** Asked when it is ready, before cells are handed to it; they wait for the promise. */
  prepare?: () => Promise<void>;
  /** V8's inspector says something. */
  inspected?: (message: InspectorMessage) => void;
  /** An output, in order. */
  output(event: OutputEvent): void;
  /** A comm message of the cells' code, in one order with the outputs. */
  comm?(event: CommEvent): void;
  /** What cells had is gone; whether it is about to start again. */
  ended?: (again: boolean) => void;
  /** A sentence that says that variables are lost, when no cell ran that could tell it. */
  lost?: (sentence: string) => void;
  /** What user code (or a library below it) wrote to the process's own streams, past `process.stdout`. */
  rawOutput(name: "stdout" | "stderr", text: string): void;
}

/** Makes an interpreter that runs cells in a folder and tells a server what comes of it. */
export type MakeInterpreter = (folder: string, listener: InterpreterListener) => Interpreter;
