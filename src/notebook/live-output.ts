/**
 * One output that changes while work goes on: a notebook's is updated in place, a terminal's line written over.
 *
 * A notebook kernel that can update outputs offers its `display` under a name, `globalThis[Symbol.for("Jupyter.output")]`:
 * display(value) shows a value and returns a handle whose update(value) shows another in its place. The third
 * convention between kernel and library, beside `Jupyter.display` and `Jupyter.signal`.
 */
import { AsyncResource } from "node:async_hooks";

/** The second is what kernels before offered. */
const DISPLAYS = [Symbol.for("Jupyter.output"), Symbol.for("netspace.display")];

interface Handle {
  update(value: unknown): unknown;
}

type Display = (value: unknown) => Handle;

/** Where changing values are shown. */
export interface LiveOutput {
  /** `"none"`: a log, in which lines that replace each other would pile up. Nothing need be drawn for it. */
  readonly kind: "notebook" | "terminal" | "none";
  /** Shows `value` in the place of the last one: a notebook the value itself, a terminal its first line of text. */
  show(value: unknown): void;
  /** Shows what stays. */
  end(value: unknown): void;
}

/** The live output of whoever calls: the notebook cell's, or standard error's if it is a terminal. */
export function liveOutput(): LiveOutput {
  const display = DISPLAYS.map(name => (globalThis as Record<symbol, unknown>)[name]).find(
    each => typeof each === "function",
  );
  if (display) return notebookOutput(display as Display);
  return process.stderr.isTTY ? terminalOutput(process.stderr) : { kind: "none", show() {}, end() {} };
}

function notebookOutput(display: Display): LiveOutput {
  let handle: Handle | undefined;
  // Reports come from native callbacks, which belong to no cell; this makes their output that of the caller's.
  const show = AsyncResource.bind((value: unknown) => {
    if (handle) handle.update(value);
    else handle = display(value);
  });
  return { kind: "notebook", show, end: show };
}

function terminalOutput(stream: NodeJS.WriteStream): LiveOutput {
  const show = (value: unknown) => {
    const [line] = String(value).split("\n");
    // A line longer than the terminal is wide would wrap, and could not be written over.
    stream.write(`\r\u001B[K${line.slice(0, (stream.columns || 80) - 1)}`);
  };
  return {
    kind: "terminal",
    show,
    end(value) {
      show(value);
      stream.write("\n");
    },
  };
}
