/** Cells run by an evaluator in a process of its own, which loads local files as a kernel does. */

import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after } from "node:test";
import { EvaluatorHost } from "../../kernel/evaluator/host.js";
import type { OutputEvent } from "../../kernel/evaluator/protocol.js";

/** What a cell did: its value and what it printed as text, and its traceback without colours. */
export interface Ran {
  value: unknown;
  text: string;
  trace: string | undefined;
}

/** Cells in a folder. */
export interface HostedCells {
  run: (code: string) => Promise<Ran>;
  /** The value of a cell that must not fail. */
  value: (code: string) => Promise<unknown>;
  /** The traceback of a cell that must fail. */
  failure: (code: string) => Promise<string>;
  /** Stops what runs. */
  interrupt: () => void;
  /** Writes a file below the folder. */
  write: (file: string, text: string) => void;
}

/** Starts them; they end with the suite. */
export function hostedCells(folder: string): HostedCells {
  mkdirSync(folder, { recursive: true });
  const outputs: OutputEvent[] = [];
  const host = new EvaluatorHost({ folder, output: event => void outputs.push(event), rawOutput: () => {} });
  host.start();
  after(() => host.stop());
  let id = 0;
  const run = async (code: string): Promise<Ran> => {
    id++;
    const command = { type: "execute", id, count: id, code, silent: false, userExpressions: {} } as const;
    const { error } = await host.execute(command);
    const mine = outputs.filter(event => event.id === id);
    const result = mine.find(event => event.type === "result");
    return {
      value: result?.type === "result" ? result.data["text/plain"] : undefined,
      text: mine.map(event => (event.type === "stream" ? event.text : "")).join(""),
      // oxlint-disable-next-line no-control-regex -- colours
      trace: error?.traceback.join("\n").replace(/\u001b\[[\d;]*m/g, ""),
    };
  };
  return {
    run,
    value: async code => {
      const { value, trace } = await run(code);
      assert.equal(trace, undefined, code);
      return value;
    },
    failure: async code => {
      const { trace } = await run(code);
      assert.ok(trace !== undefined, `expected to fail: ${code}`);
      return trace;
    },
    interrupt: () => host.interrupt(),
    write: (file, text) => {
      const to = path.join(folder, file);
      mkdirSync(path.dirname(to), { recursive: true });
      writeFileSync(to, text);
    },
  };
}
