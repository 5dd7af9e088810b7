/**
 * The widget manager's own comm, through which a page that was loaded again asks for all widgets at once
 * (`jupyter.widget.control`, version 1.0 of its messages).
 */

import { type BufferPath, splitBuffers } from "./buffers.js";
import type { CommBuffer } from "./comm-message.js";
import type { Comms } from "./comms.js";

const TARGET = "jupyter.widget.control";

/** What is told of a widget. */
export interface KnownWidget {
  readonly id: string;
  /** The front end's class. */
  readonly modelNames: { model_name: string; model_module: string; model_module_version: string };
  /** Its state as messages carry it. */
  encodedState(): Record<string, unknown>;
}

/** The widgets that front ends know of, by id. */
export type KnownWidgets = Map<string, KnownWidget>;

/** Answers widget managers, from now on. */
export function serveControlChannel(comms: Comms, widgets: KnownWidgets): void {
  comms.registerInternal(TARGET, comm => {
    comm.received = ({ data }) => {
      if (data["method"] !== "request_states") return;
      const { states, buffer_paths, buffers } = allStates(widgets);
      comm.send({ method: "update_states", states, buffer_paths }, { buffers });
    };
  });
}

function allStates(widgets: KnownWidgets): {
  states: Record<string, unknown>;
  buffer_paths: BufferPath[];
  buffers: CommBuffer[];
} {
  const states: Record<string, unknown> = {};
  const buffer_paths: BufferPath[] = [];
  const buffers: CommBuffer[] = [];
  for (const widget of widgets.values()) {
    const split = splitBuffers(widget.encodedState());
    states[widget.id] = { ...widget.modelNames, state: split.state };
    buffer_paths.push(...split.paths.map(path => [widget.id, "state", ...path]));
    buffers.push(...split.buffers);
  }
  return { states, buffer_paths, buffers };
}
