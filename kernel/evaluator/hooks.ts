/** Functions that rewritten cells call, beside those that are about the execution. */

/** What a name that `var` declares has at first: its value from before, be it a variable's or a global's. */
export function keptValue(name: string, read: () => unknown): unknown {
  try {
    return read();
  } catch {
    // No cell has declared it before, or come to its declaration.
    return Reflect.get(globalThis, name);
  }
}

/** What assigning to a constant does. @throws TypeError, in V8's words */
export function refuseConstant(): never {
  throw new TypeError("Assignment to constant variable.");
}
