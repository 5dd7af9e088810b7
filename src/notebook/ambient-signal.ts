/**
 * The abort signal of whoever called: a notebook kernel that can stop a cell offers one under this name, and
 * long work inside the cell heeds it. A convention like `Jupyter.display`; elsewhere there is none.
 */
const SIGNAL = Symbol.for("Jupyter.signal");

export function ambientSignal(): AbortSignal | undefined {
  const offered = (globalThis as { [SIGNAL]?: unknown })[SIGNAL];
  return offered instanceof AbortSignal ? offered : undefined;
}
