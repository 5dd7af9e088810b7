/** `display(value)`: rich output anywhere in a cell, which can be replaced later. */

import { randomUUID } from "node:crypto";
import type { DisplayData, MimeBundle } from "./bundle.js";
import { jsonSafe } from "./json-safe.js";
import { expectKnown, type OptionNames } from "./known-options.js";
import { plainText } from "./plain.js";
import {
  type FormBundle,
  type FormTest,
  registerForm,
  type RegisterOptions,
  type Unregister,
} from "./registered-forms.js";
import { type DISPLAY, encodeBundle, type FormFailed, keysOf, toBundle } from "./to-bundle.js";

/** How to display. */
export interface DisplayOptions {
  /** The value is a MIME bundle already. */
  raw?: boolean;
  /** Beside a raw bundle: metadata by MIME type, such as the size of a picture. */
  metadata?: Record<string, unknown>;
  /** Show all of the value, however long. */
  full?: boolean;
  /** Replace the output that has this display id instead of adding one. */
  update?: boolean;
  /** Identifies the output for later updates; made up when left out. */
  id?: string;
}

export const displayNames: OptionNames<DisplayOptions> = {
  raw: true,
  metadata: true,
  full: true,
  update: true,
  id: true,
};

/** A shown output. */
export class DisplayHandle {
  readonly id: string;
  readonly #display: ShowValue;

  constructor(id: string, display: ShowValue) {
    this.id = id;
    this.#display = display;
  }

  /** Shows another value in its place. */
  update(value: unknown, options: Omit<DisplayOptions, "update" | "id"> = {}): DisplayHandle {
    return this.#display(value, { ...options, update: true, id: this.id });
  }

  /** Whether a value is one, without asking it anything. */
  static is(value: unknown): value is DisplayHandle {
    return typeof value === "object" && value !== null && #display in value;
  }
}

/** Where displayed values go; `work` holds the end of the cell until an asynchronous bundle is there. */
export interface DisplaySink {
  send(kind: "display" | "update", data: DisplayData, displayId: string): void;
  defer(work: Promise<void>): void;
  /** Told what a registered form has thrown. */
  failed: FormFailed;
}

/** What a registered form may make of a value: a bundle, `{ data, metadata }`, or what shows itself, such as `html`. */
export type FormResult = MimeBundle | { [DISPLAY](): unknown };

type ShowValue = (value: unknown, options?: DisplayOptions) => DisplayHandle;

/** The `display` of cells. */
export interface Display {
  (value: unknown, options?: DisplayOptions): DisplayHandle;

  /**
   * Registers how the objects of someone else's class are shown, before their own way and before the built-in forms:
   * `display.register(value => value instanceof Molecule, molecule => html\`<b>${molecule.name}</b>\`)`.
   *
   * The latest is asked first. What `test` or `toBundle` throws is shown, and the value is shown without that form. A cell
   * that runs again replaces what it registered before: by `name`, and without one by the text of its `test`. Tests that a
   * function makes have one text, so that forms registered with them in several cells need names.
   *
   * @param test whether a value is to be shown in this form; called with every object that is shown
   * @param toBundle its representations by MIME type, or something that shows itself, or a promise of either
   * @returns takes the form back
   * @throws TypeError when one of the two is no function
   */
  register<T extends object>(
    test: (value: object) => value is T,
    toBundle: (value: T, extent: { full: boolean }) => FormResult | PromiseLike<FormResult>,
    options?: RegisterOptions,
  ): Unregister;
  // oxlint-disable-next-line no-unnecessary-type-parameters -- it takes the type that a caller writes
  register<T extends object>(
    test: (value: object) => boolean,
    toBundle: (value: T, extent: { full: boolean }) => FormResult | PromiseLike<FormResult>,
    options?: RegisterOptions,
  ): Unregister;
}

/**
 * Where code that is no cell's finds the `display` of the kernel it runs in: libraries that know no kernel, and other
 * copies of this package.
 */
export const HOST_DISPLAY = Symbol.for("Jupyter.output");

/**
 * Makes `display` for a sink that is looked up at each call, because each call belongs to the cell that makes it.
 *
 * @param runNow tells one run of a cell from another
 */
export function createDisplay(sinkNow: () => DisplaySink, runNow: () => unknown = () => undefined): Display {
  /** What is still on its way, by display id: a later update must not overtake it. */
  const underway = new Map<string, Promise<void>>();
  function display(value: unknown, options: DisplayOptions = {}): DisplayHandle {
    expectKnown("display", options, displayNames);
    const { raw = false, metadata = {}, full = false, update = false, id = randomUUID() } = options;
    if (typeof id !== "string") throw new TypeError(`display: id must be a string, got ${plainText(id)}`);
    const sink = sinkNow();
    const send = (data: DisplayData) => sink.send(update ? "update" : "display", data, id);
    const bundle = raw
      ? rawData(value, metadata)
      : toBundle(value, { full }, (error, form) => sink.failed(error, form));
    const before = underway.get(id);
    if (before || bundle instanceof Promise) {
      const work = Promise.all([bundle, before?.catch(() => {})]).then(([data]) => send(data));
      underway.set(id, work);
      sink.defer(
        work.finally(() => {
          if (underway.get(id) === work) underway.delete(id);
        }),
      );
    } else {
      send(bundle);
    }
    return new DisplayHandle(id, display);
  }
  return Object.assign(display, {
    register: (test: FormTest, made: FormBundle, options?: RegisterOptions) =>
      registerForm(test, made, options, runNow()),
  });
}

function rawData(value: unknown, metadata: Record<string, unknown>): DisplayData {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new TypeError(
      `display: with raw, expected an object of MIME types such as { "text/html": "…" }, got ${typeof value}`,
    );
  }
  const bundle = value as MimeBundle;
  const data = encodeBundle(bundle);
  if (Object.keys(data).length === 0) {
    throw new TypeError(
      `display: with raw, expected an object of MIME types such as { "text/html": "…" }, got ${keysOf(bundle)}`,
    );
  }
  return { data, metadata: (jsonSafe(metadata) ?? {}) as Record<string, unknown> };
}
