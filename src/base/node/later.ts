/** Modules that are loaded when they are first used. */
import { createRequire } from "node:module";
import { once } from "../once.js";

/**
 * A function that gives a module, and loads it when it is first called.
 *
 * It is loaded at once and not by `import()`: what needs it often has nothing to await, and Node refuses to load at once
 * what an `import()` under way has not finished loading.
 *
 * @param from `import.meta.url` of the module that asks
 * @param module a package, or a path from there
 */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- who asks knows what the module is
export const later = <Module>(from: string, module: string): (() => Module) =>
  once(() => {
    try {
      return createRequire(from)(module) as Module;
    } catch (error) {
      // Node 20 has no code of its own for it.
      if (!/require\(\) ES Module .* not yet fully loaded/s.test((error as Error).message)) throw error;
      throw new Error(
        `netspace: expected all of its modules loaded or none, got a call while an import() is still loading ${module}; await the import() first`,
        { cause: error },
      );
    }
  });
