/** `prompt()` in cells: a question to the user, which the cell waits for like a function call. */

import { type MessagePort, receiveMessageOnPort } from "node:worker_threads";
import { type Execution, executions } from "./execution.js";
import { ANSWERED, type InterruptFlags } from "./flags.js";
import { Interrupted } from "../protocol/interrupted.js";

/** How to ask. */
export interface PromptOptions {
  /** What is typed is not shown. */
  password?: boolean;
  /** The answer when nothing is typed. */
  default?: string;
}

/** The `prompt` of cells; a string in place of options is the default answer, as in browsers. */
export type Prompt = (message?: string, options?: string | PromptOptions) => string;

/** Puts one question and blocks until it is answered. */
export type Ask = (execution: Execution, message: string, password: boolean) => string;

/** Thrown where nobody can answer. */
export class StdinNotImplementedError extends Error {
  override readonly name = "StdinNotImplementedError";
}

/** Makes `prompt` from the way to ask, which is missing where there is no front end. */
export function createPrompt(ask: Ask | undefined, isRunning: (execution: Execution) => boolean): Prompt {
  return (message: unknown = "", options = {}) => {
    const { password = false, default: fallback = "" } =
      typeof options === "string" ? { default: options } : options;
    const execution = executions.getStore();
    if (!ask || !execution?.allowStdin) {
      throw new StdinNotImplementedError(
        "prompt: expected a front end that answers questions, got one that does not (allow_stdin is false); put the value into a variable or the environment instead",
      );
    }
    if (!isRunning(execution)) {
      throw new StdinNotImplementedError(
        "prompt: expected to be called while its cell runs, was called after its end; await the work that asks",
      );
    }
    return ask(execution, String(message), password) || fallback;
  };
}

/** Blocks this thread until an answer comes through the port, which another thread feeds, or a stop is asked for. */
export function waitForAnswer(port: MessagePort, stopAsked: () => boolean, flags: InterruptFlags): string {
  for (;;) {
    // Lowered before looking: whatever comes after the look raises it again, and the wait ends at once.
    Atomics.store(flags, ANSWERED, 0);
    const answer = receiveMessageOnPort(port);
    if (answer) return String(answer.message);
    if (stopAsked()) throw new Interrupted();
    Atomics.wait(flags, ANSWERED, 0);
  }
}
