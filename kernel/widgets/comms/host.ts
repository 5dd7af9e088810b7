/**
 * What widgets ask of the process they live in: comms to front ends, callbacks that belong to cells, and output that
 * can be caught. In a cell's process the evaluator offers it by name, so that every copy of this package finds it.
 */

import { NAME } from "../../hosts/package.js";
import type { DisplayData } from "../../display/bundle.js";
import { Comms } from "./comms.js";
import type { KnownWidgets } from "./control-channel.js";

/** Where code finds the host of the kernel it runs in. */
export const WIDGET_HOST = Symbol.for(`${NAME}.widgets`);

/** Output of a cell that was caught before it left. */
export type CaughtOutput =
  | { type: "stream"; name: "stdout" | "stderr"; text: string }
  | ({ type: "display" | "update"; displayId?: string } & DisplayData)
  | ({ type: "result" } & DisplayData)
  | { type: "clear"; wait: boolean };

/** The surroundings of widgets. */
export interface WidgetHost {
  readonly comms: Comms;
  /** The widgets that front ends know of. */
  readonly widgets: KnownWidgets;
  /**
   * Ties a callback to the cell that runs now: it prints there, whoever calls it, and what it throws is shown there.
   *
   * @returns calls it; resolves, never rejects, at its end, with whether the user let it come to that
   */
  bind<A extends unknown[]>(callback: (...values: A) => unknown): (...values: A) => Promise<boolean>;
  /** Does work in the next turn of the event loop; of work with the same key only what was posted last. */
  post(work: () => void, key?: object): void;
  /** Makes the message or cell that calls now last until work, which must not reject, is done. */
  hold(work: Promise<unknown>): void;
  /** Calls a function whose output, and that of all it starts, goes to `sink`. */
  capture<R>(sink: (output: CaughtOutput) => void, work: () => R): R;
  /** Has work done at the end of every cell and message. */
  onSettle(work: () => void): void;
}

/** The host of the kernel this code runs in; outside of kernels one without front ends. */
export function widgetHost(): WidgetHost {
  return (globalThis as { [WIDGET_HOST]?: WidgetHost })[WIDGET_HOST] ?? nowhere;
}

/** Widgets in a plain Node process work among themselves; nobody sees them. */
const nowhere: WidgetHost = {
  comms: new Comms(() => {}, {
    bind: callback => bindPlainly(callback),
    post: work => void setImmediate(work),
  }),
  widgets: new Map(),
  bind: callback => bindPlainly(callback),
  post: work => void setImmediate(work),
  hold: () => {},
  capture: (_, work) => work(),
  onSettle: () => {},
};

function bindPlainly<A extends unknown[]>(
  callback: (...values: A) => unknown,
): (...values: A) => Promise<boolean> {
  return async (...values) => {
    await callback(...values);
    return true;
  };
}
