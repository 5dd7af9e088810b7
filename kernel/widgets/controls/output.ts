/**
 * The output widget: catches what code shows and keeps it in its own place.
 *
 * ipywidgets has the front end catch messages by the header of their parent, which takes whatever else the cell
 * prints meanwhile. Here output is caught by the code that makes it, also after awaits, and kept in the widget's
 * state, which is saved with the notebook.
 */

import type { MimeBundle } from "../../display/bundle.js";
import { hostDisplay } from "../../display/show-here.js";
import { drawn, type Options } from "./common.js";
import { got } from "../expect.js";
import { type CaughtOutput, widgetHost } from "../comms/host.js";
import { list, string, trait } from "../traits.js";
import { type Kind, type Live, Widget } from "../widget.js";

/** An output as notebook files have it. */
export type NotebookOutput =
  | { output_type: "stream"; name: "stdout" | "stderr"; text: string }
  | {
      output_type: "display_data";
      data: MimeBundle;
      metadata: Record<string, unknown>;
      transient?: { display_id: string };
    };

const outputTraits = {
  ...drawn,
  /** What is shown. */
  outputs: list(trait<NotebookOutput>(undefined as never, "an output", value => typeof value === "object")),
  /** Front ends catch output by it, of which nothing is made here. */
  msgId: string(),
};

const kind: Kind<typeof outputTraits> = {
  name: "Output",
  model: "OutputModel",
  view: "OutputView",
  module: "@jupyter-widgets/output",
  version: "1.0.0",
  traits: outputTraits,
};

/** A place for output. */
export type Output = Live<typeof outputTraits> & OutputWidget;

class OutputWidget extends Widget<typeof outputTraits> {
  #clearsNext = false;

  /**
   * Calls a function and shows here what it and all it starts show; of cleared output what comes next takes the
   * place.
   *
   * @returns what the function returns
   */
  capture<R>(work: () => R): R {
    if (typeof work !== "function") {
      throw new TypeError(`Output.capture: expected a function, got ${got(work)}`);
    }
    return widgetHost().capture(caught => this.#add(caught), work);
  }

  /** Removes what is shown; with `wait`, only when something else comes. */
  clear(wait = false): void {
    this.#clearsNext = wait;
    if (!wait) this.set({ outputs: [] });
  }

  /** Says that nothing else comes: what was to be cleared for it is cleared now. */
  finish(): void {
    if (this.#clearsNext) this.clear();
  }

  /** Shows a value. */
  append(value: unknown): void {
    this.capture(() => hostDisplay()?.(value));
  }

  #add(caught: CaughtOutput): void {
    if (caught.type === "clear") return this.clear(caught.wait);
    const before = this.#clearsNext ? [] : this.state.outputs;
    this.#clearsNext = false;
    this.set({ outputs: merged(before, caught) });
  }
}

/** A place for output, empty at first. */
export function output(options: Omit<Options<typeof outputTraits>, "outputs" | "msgId"> = {}): Output {
  return new OutputWidget(kind, options) as Output;
}

function merged(
  before: readonly NotebookOutput[],
  caught: Exclude<CaughtOutput, { type: "clear" }>,
): NotebookOutput[] {
  if (caught.type === "stream") {
    const { name, text } = caught;
    const last = before.at(-1);
    if (last?.output_type === "stream" && last.name === name) {
      return [...before.slice(0, -1), { ...last, text: last.text + text }];
    }
    return [...before, { output_type: "stream", name, text }];
  }
  const { data, metadata } = caught;
  const id = "displayId" in caught ? caught.displayId : undefined;
  const made: NotebookOutput = {
    output_type: "display_data",
    data,
    metadata,
    ...(id !== undefined && { transient: { display_id: id } }),
  };
  if (caught.type !== "update") return [...before, made];
  return before.map(each =>
    each.output_type === "display_data" && each.transient?.display_id === id ? made : each,
  );
}
