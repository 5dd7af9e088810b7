/**
 * `progress(iterable)`: passes items through and shows how far it is, as a bar in notebooks and as a line on a
 * terminal.
 *
 * Nothing is shown more often than ten times a second, and nothing at all is left behind by a loop that never ran.
 */

import { inspect } from "node:util";
import { escapeHtml } from "./escape.js";
import { expectKnown } from "./known-options.js";
import { showHere } from "./show-here.js";
import { DISPLAY } from "./to-bundle.js";

/** What to show beside the bar. */
export interface ProgressOptions {
  /** What is going on, in front of the bar. */
  label?: string;
  /** How many items there will be, where the iterable cannot tell: an array, a set or a map can. */
  total?: number;
  /** What an item is called, in the plural. Default "items". */
  unit?: string;
}

/** Where a loop stands. */
export interface ProgressState extends ProgressOptions {
  done: number;
  /** Milliseconds since its start. */
  elapsed: number;
  state: "running" | "done" | "stopped";
}

const INTERVAL_MS = 100;

/**
 * Iterates over `items` and shows the progress.
 *
 * @param items anything that can be iterated, or a count `n` for the numbers from 0 to n − 1
 * @example for (const width of progress([8, 16, 32], { label: "widths" })) train(width);
 */
export function progress(count: number, options?: ProgressOptions): Iterable<number>;
export function progress<T>(items: Iterable<T>, options?: ProgressOptions): Iterable<T>;
export function progress<T>(items: AsyncIterable<T>, options?: ProgressOptions): AsyncIterable<T>;
export function progress<T>(
  items: number | Iterable<T> | AsyncIterable<T>,
  options: ProgressOptions = {},
): Iterable<T | number> | AsyncIterable<T> {
  expectKnown("progress", options, { label: true, total: true, unit: true });
  const { total, label, unit } = options;
  if (total !== undefined && !(typeof total === "number" && total >= 0)) {
    throw new RangeError(`progress: expected a number of at least 0 as total, got ${inspect(total)}`);
  }
  for (const [name, text] of Object.entries({ label, unit })) {
    if (text === undefined || typeof text === "string") continue;
    throw new TypeError(`progress: expected a string as ${name}, got ${inspect(text, { depth: 0 })}`);
  }
  if (typeof items === "number") {
    if (!Number.isInteger(items) || items < 0) {
      throw new RangeError(`progress: expected an integer of at least 0 or an iterable, got ${items}`);
    }
    return tracked(Array(items).keys(), { total: items, ...options });
  }
  if (items !== null && items !== undefined && Symbol.asyncIterator in Object(items)) {
    return trackedAsync(items as AsyncIterable<T>, options);
  }
  if (items === null || items === undefined || !(Symbol.iterator in Object(items))) {
    throw new TypeError(`progress: expected something to iterate over or a count, got ${typeof items}`);
  }
  return tracked(items as Iterable<T>, { ...totalOf(items as Iterable<T>), ...options });
}

/** Where the iterable knows its length. */
function totalOf(items: object): { total?: number } {
  const { length, size } = items as { length?: unknown; size?: unknown };
  const total = typeof length === "number" ? length : size;
  return typeof total === "number" ? { total } : {};
}

function* tracked<T>(items: Iterable<T>, options: ProgressOptions): Generator<T> {
  const bar = new Bar(options);
  try {
    for (const item of items) {
      yield item;
      bar.advance();
    }
    bar.end("done");
  } finally {
    bar.end("stopped");
  }
}

async function* trackedAsync<T>(items: AsyncIterable<T>, options: ProgressOptions): AsyncGenerator<T> {
  const bar = new Bar(options);
  try {
    for await (const item of items) {
      yield item;
      bar.advance();
    }
    bar.end("done");
  } finally {
    bar.end("stopped");
  }
}

class Bar {
  readonly #options: ProgressOptions;
  readonly #show = showHere();
  readonly #start = performance.now();
  #shown = 0;
  #done = 0;
  #ended = false;

  constructor(options: ProgressOptions) {
    this.#options = options;
    this.#update("running");
  }

  advance(): void {
    this.#done++;
    if (performance.now() - this.#shown >= INTERVAL_MS) this.#update("running");
  }

  end(state: "done" | "stopped"): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#update(state);
  }

  #update(state: ProgressState["state"]): void {
    this.#shown = performance.now();
    const elapsed = this.#shown - this.#start;
    this.#show(progressView({ ...this.#options, done: this.#done, elapsed, state }), state !== "running");
  }
}

/** A state as a value that shows itself. */
export function progressView(state: ProgressState): {
  [DISPLAY](): { "text/html": string; "text/plain": string };
} {
  return { [DISPLAY]: () => ({ "text/html": html(state), "text/plain": line(state) }) };
}

const COLORS = { running: "#1976d2", done: "#388e3c", stopped: "#c62828" };

function html(progressState: ProgressState): string {
  const { label, state } = progressState;
  const share = fraction(progressState);
  const bar =
    share === undefined
      ? ""
      : `<span style="display:inline-block;width:240px;max-width:40%;height:8px;border-radius:4px;background:rgba(128,128,128,.28);overflow:hidden;vertical-align:middle;margin-right:10px"><span style="display:block;height:100%;width:${(share * 100).toFixed(1)}%;background:${COLORS[state]}"></span></span>`;
  const name = label ? `<span style="margin-right:10px">${escapeHtml(label)}</span>` : "";
  const numbers = `<span style="font-variant-numeric:tabular-nums;opacity:.8">${escapeHtml(words(progressState))}</span>`;
  return `<div role="progressbar" aria-label="${escapeHtml(label ?? "progress")}"${share === undefined ? "" : ` aria-valuenow="${Math.round(share * 100)}"`}>${name}${bar}${numbers}</div>`;
}

const WIDTH = 24;

function line(progressState: ProgressState): string {
  const share = fraction(progressState);
  const filled = Math.round((share ?? 0) * WIDTH);
  const bar = share === undefined ? [] : [`${"█".repeat(filled)}${"░".repeat(WIDTH - filled)}`];
  const { label } = progressState;
  return [...(label ? [label] : []), ...bar, words(progressState)].join(" ");
}

function fraction({ done, total }: ProgressState): number | undefined {
  if (total === undefined) return undefined;
  return total > 0 ? Math.min(1, done / total) : 1;
}

/** "120 of 500 items · 31/s · 0:12 left". */
function words({ done, total, unit = "items", elapsed, state }: ProgressState): string {
  const what = (total ?? done) === 1 ? unit.replace(/s$/, "") : unit;
  const amount = total === undefined ? `${count(done)} ${what}` : `${count(done)} of ${count(total)} ${what}`;
  const perSecond = done / (elapsed / 1000);
  const rate =
    done > 0 && elapsed > 0
      ? [perSecond >= 1 ? `${round(perSecond)}/s` : `${round(1 / perSecond)} s each`]
      : [];
  const left = state === "running" && total !== undefined && done > 0 && done < total;
  const time = left
    ? `${clock(((total - done) / perSecond) * 1000)} left`
    : `${clock(elapsed)}${state === "stopped" ? ", stopped" : ""}`;
  return [amount, ...rate, time].join(" · ");
}

const count = (value: number): string => value.toLocaleString("en");
const round = (value: number): string => value.toLocaleString("en", { maximumSignificantDigits: 3 });

/** Milliseconds as "0:07", "12:30" or "3:05:00". */
function clock(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  const two = (value: number) => String(value).padStart(2, "0");
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}:${two(seconds % 60)}`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`;
}
