/** Cells run by an evaluator in this process, for tests that need no sockets. */

import assert from "node:assert/strict";
import type { MimeBundle } from "../../display/bundle.js";
import { captureStreams } from "../../evaluator/output/capture-streams.js";
import { Evaluator } from "../../evaluator/evaluator.js";
import type { DisplayEvent, ErrorReport, EvaluatorEvent } from "../../protocol/evaluator.js";
import { serveHost } from "./repository.js";

/** What a cell did. */
export interface Ran {
  /** The bundle of its value. */
  value: MimeBundle | undefined;
  /** What it printed, on both streams. */
  text: string;
  displays: DisplayEvent[];
  error: ErrorReport | undefined;
  /** The error's traceback without colours. */
  trace: string;
}

/** Starts the one evaluator this process can have; the function runs a cell, which may fail. */
export function startCells(folder: string): (code: string) => Promise<Ran> {
  serveHost();
  const events: EvaluatorEvent[] = [];
  const evaluator = new Evaluator({ folder, send: event => void events.push(event) });
  let id = 0;
  return async code => {
    id++;
    const undo = captureStreams(evaluator.output);
    await evaluator.execute({ type: "execute", id, count: id, code, silent: false, userExpressions: {} });
    undo();
    const mine = events.filter(event => event.type !== "ready" && event.id === id);
    const done = mine.find(event => event.type === "done");
    assert.ok(done);
    return {
      value: mine.find(event => event.type === "result")?.data,
      text: mine.map(event => (event.type === "stream" ? event.text : "")).join(""),
      displays: mine.flatMap(event => (event.type === "display" || event.type === "update" ? [event] : [])),
      error: done.error,
      // oxlint-disable-next-line no-control-regex -- colours
      trace: (done.error?.traceback ?? []).join("\n").replace(/\u001b\[[\d;]*m/g, ""),
    };
  };
}
