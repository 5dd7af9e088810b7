/**
 * What a magic is. All that the kernel knows of one is in its own file, and `index.ts` has a line for it: completion,
 * help, completeness, expansion and the lists in errors follow from there.
 *
 * A magic runs in one of three ways, as its `runs` says: as a call where cells run, in the server before the cell runs, or
 * as code around the code that it is given.
 */

import type { Display } from "../display/display.js";
import type { TypecheckSetting } from "../base/typecheck-mode.js";

/** One way to write a magic. */
export interface MagicForm {
  /** How it is called, with its percent signs. */
  usage: string;
  /** One sentence. */
  summary: string;
}

interface AnyMagic {
  /** Without percent signs. */
  name: string;
  /** As `%name` it takes the rest of its line. */
  line?: MagicForm;
  /** As `%%name` it takes the whole cell. */
  cell?: MagicForm;
  /** What may follow its name, where that is one of a few words: completion offers them. */
  words?: readonly string[];
}

/** A magic that is a call where cells run. */
export interface EvaluatorMagic extends AnyMagic {
  runs: "evaluator";
  /** Called once for each evaluator; what it returns runs the magic, and prints with `console.log`. */
  start(evaluator: MagicEvaluator): RunMagic;
}

/** Runs a magic: `args` is the rest of its line, `body` what stands below where it takes the whole cell. */
export type RunMagic = (args: string, body: string) => void | Promise<void>;

/** What magics find where cells run. */
export interface MagicEvaluator {
  /** The notebook's folder. */
  folder: string;
  display: Display;
  /** Names and values of the notebook's variables. */
  variables: () => (readonly [string, unknown])[];
  /** Gives a function that tells whether the cell that calls now was stopped. */
  stopWatch: () => () => boolean;
  /** Throws when the cell that runs is to stop; for magics that loop. */
  stopHere: () => void;
}

/**
 * A magic that the server deals with before its cell runs: it concerns the language service or the evaluator's
 * process, which code in a cell cannot reach. The rest of the cell runs.
 */
export interface ServerMagic extends AnyMagic {
  runs: "server";
  cell?: never;
  /**
   * @param before the code above it in its cell
   * @returns what the cell prints
   * @throws UsageError when it is called wrongly; the cell does not run
   */
  run(args: string, server: MagicServer, before: string): string;
}

/** What magics find in the server. */
export interface MagicServer {
  typecheck: TypecheckSetting;
  /** Starts the evaluator's process anew. */
  restart: () => void;
}

/** A magic whose argument is code of the notebook, which it surrounds with calls of its own. */
export interface CodeMagic extends AnyMagic {
  runs: "code";
  /** The options at the head of a line's arguments; code follows. Without this there are none. */
  options?: RegExp;
  /** @param hook what the calls are properties of */
  surround(code: MagicCode, hook: string): Surrounding;
  /** The functions that the surrounding text calls, by name; made once for each evaluator. */
  calls?(evaluator: MagicEvaluator): Readonly<Record<string, unknown>>;
}

/** The code that a magic is given. */
export interface MagicCode {
  /** Whether it is an expression and nothing else. */
  isExpression: boolean;
  /** Whether its last statement is an expression. */
  endsInExpression: boolean;
  /** Whether it awaits outside of functions of its own. */
  awaits: boolean;
  /** As text. */
  options: string;
}

/** Text around the statements of some code. It must not contain line ends. */
export interface Surrounding {
  /** Before the first statement. */
  first?: string;
  /** Before and after the expression that the last statement is. */
  value?: readonly [string, string];
  /** After the last statement. */
  last?: string;
}

/** A magic. */
export type Magic = EvaluatorMagic | ServerMagic | CodeMagic;

/** Thrown by a magic that is called wrongly. */
export class UsageError extends Error {
  override readonly name: string = "UsageError";
}
