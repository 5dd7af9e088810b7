/**
 * Listeners of `process` that the kernel, and Node, cannot do without. Cells and libraries take away all listeners of an
 * event, or all there are, meaning their own; an error of a timer would then end the process.
 */

/** Of these, those that are there are Node's, and taking them away is how warnings are turned off. */
const FREE = new Set<string | symbol>(["warning"]);

/** Keeps what listens now. Called when the kernel's own listeners are in place, and before any cell. */
export function keepListeners(): void {
  const kept = new Map(
    process
      .eventNames()
      .filter(name => !FREE.has(name))
      .map(name => [name, process.rawListeners(name)] as const),
  );
  const native = Reflect.get(process, "removeAllListeners") as (...names: unknown[]) => unknown;
  const removeAllListeners = function (this: unknown, ...names: unknown[]): unknown {
    const result = Reflect.apply(native, this, names);
    for (const [name, listeners] of kept) {
      const left = new Set(process.rawListeners(name));
      for (const each of listeners) if (!left.has(each)) process.on(name, each as () => void);
    }
    return result;
  };
  Object.defineProperties(removeAllListeners, Object.getOwnPropertyDescriptors(native));
  Object.defineProperty(process, "removeAllListeners", {
    configurable: true,
    writable: true,
    enumerable: false,
    value: removeAllListeners,
  });
}
