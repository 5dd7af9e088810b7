/** The magics of one evaluator. */

import { MAGICS, unknownMagic } from "./index.js";
import type { MagicEvaluator, RunMagic } from "./magic.js";

/** What expanded cells call: `magic` by its name, and the functions that magics put around code. */
export interface StartedMagics {
  magic: (name: string, args: string, body?: string) => Promise<void>;
  [call: string]: unknown;
}

/** Starts them. */
export function startMagics(evaluator: MagicEvaluator): StartedMagics {
  const started = new Map<string, RunMagic>();
  const calls: Record<string, unknown> = {};
  for (const magic of new Set([...MAGICS.values()].map(written => written.magic))) {
    if (magic.runs === "evaluator") started.set(magic.name, magic.start(evaluator));
    else if (magic.runs === "code") Object.assign(calls, magic.calls?.(evaluator));
  }
  return {
    ...calls,
    magic: async (name, args, body = "") => {
      const run = started.get(name.replace(/^%+/, ""));
      if (!run) throw new Error(unknownMagic(name));
      await run(args, body);
    },
  };
}
