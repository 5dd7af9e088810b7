/** Cells run by an evaluator in a process of its own, which loads local files as a kernel does. */

import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { serve } from "../../hosts/hosts.js";
import { EvaluatorHost } from "../../evaluator/host.js";
import type { DisplayEvent, ErrorReport, OutputEvent } from "../../protocol/evaluator.js";
import { HOSTED } from "./repository.js";

/** What a cell did: its value and what it printed as text, and its traceback without colours. */
export interface Ran {
  value: unknown;
  text: string;
  trace: string | undefined;
  error: ErrorReport | undefined;
  displays: DisplayEvent[];
}

/** Cells in a folder. */
export interface HostedCells {
  /** Runs a cell; what it returns is read at the cell's end, or once the cell has printed `late`. */
  run: (code: string, late?: RegExp) => Promise<Ran>;
  /** The value of a cell that must not fail. */
  value: (code: string) => Promise<unknown>;
  /** The traceback of a cell that must fail. */
  failure: (code: string) => Promise<string>;
  /** Runs a cell up to where it prints `on`, stops it there, and gives what became of it. */
  stopped: (code: string) => Promise<Ran>;
  /** Stops what runs. */
  interrupt: () => void;
  /** Writes a file below the folder. */
  write: (file: string, text: string) => void;
}

/**
 * Starts them; they end with the suite.
 *
 * @param hosts folders of packages that they import from anywhere; the repository's if left out
 */
export function hostedCells(folder: string, hosts: readonly string[] = HOSTED.hosts): HostedCells {
  serve(hosts);
  mkdirSync(folder, { recursive: true });
  const outputs: OutputEvent[] = [];
  let hasEnded = false;
  const host = new EvaluatorHost({
    folder,
    output: event => void outputs.push(event),
    rawOutput: () => {},
    ended: () => {
      hasEnded = true;
    },
  });
  host.start();
  after(() => host.stop());
  let id = 0;
  const run = async (code: string, late?: RegExp): Promise<Ran> => {
    id++;
    const command = { type: "execute", id, count: id, code, silent: false, userExpressions: {} } as const;
    const { error } = await host.execute(command);
    const own = command.id;
    const printed = (): string =>
      outputs.map(event => (event.type === "stream" && event.id === own ? event.text : "")).join("");
    const isPrinted = (): boolean => late === undefined || late.test(printed());
    while (!isPrinted()) await sleep(10);
    assert.ok(!hasEnded, `the process that runs cells has ended: ${code}`);
    const mine = outputs.filter(event => event.id === own);
    const result = mine.find(event => event.type === "result");
    return {
      value: result?.type === "result" ? result.data["text/plain"] : undefined,
      text: printed(),
      error,
      displays: mine.flatMap(event => (event.type === "display" || event.type === "update" ? [event] : [])),
      // oxlint-disable-next-line no-control-regex -- colours
      trace: error?.traceback.join("\n").replace(/\u001b\[[\d;]*m/g, ""),
    };
  };
  const stopped = async (code: string): Promise<Ran> => {
    const running = run(code);
    const own = id;
    const isOn = (event: OutputEvent): boolean =>
      event.type === "stream" && event.id === own && event.text.includes("on");
    while (!outputs.some(isOn)) await sleep(2);
    // Into the midst of it.
    await sleep(20);
    host.interrupt();
    return running;
  };
  return {
    run,
    stopped,
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
