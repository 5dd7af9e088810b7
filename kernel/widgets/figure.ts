/**
 * Live Plotly figures: what changes is sent and drawn in place, the rest stays.
 *
 * The kernel keeps the figure as it is now, so that a page that was loaded again gets that one. Numbers travel as
 * bytes beside the JSON.
 */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { AnywidgetBase, type AnywidgetEvents, anywidgetKind } from "./anywidget.js";
import { splitBuffers } from "./comms/buffers.js";
import { expectFinite, expectObject, got } from "./expect.js";
import { jsonSafe } from "../display/json-safe.js";
import { list, string, type Trait } from "./traits.js";

/** A Plotly trace, layout or configuration. */
export type PlotlyObject = Record<string, unknown>;

/** A Plotly figure. */
export interface FigureSpecification {
  readonly data: readonly object[];
  readonly layout?: object;
  readonly config?: object;
}

/** A point of a figure. */
export interface FigurePoint {
  trace: number;
  /** Of the point in its trace, from 0. */
  index: number;
  x: unknown;
  y: unknown;
  z?: unknown;
}

/** Events of a figure. */
export interface FigureEvents extends AnywidgetEvents {
  click: { points: FigurePoint[] };
  hover: { points: FigurePoint[] };
  /** A box or lasso was drawn around points. */
  selected: { points: FigurePoint[] };
  /** The user has zoomed or panned; Plotly's names of what changed in the layout. */
  relayout: PlotlyObject;
}

interface Spec {
  data: PlotlyObject[];
  layout: PlotlyObject;
  config: PlotlyObject;
}

type Change =
  | { path: (string | number)[]; value: unknown }
  | { remove: number[] }
  | { extend: { trace: number; values: PlotlyObject; keep: number | null } };

const figureTrait: Trait<Spec> = {
  initial: { data: [], layout: {}, config: {} },
  expected: "a Plotly figure",
  accepts: value => typeof value === "object" && value !== null,
  encode: encodeArrays,
  decode: () => undefined,
};

const traits = {
  figure: figureTrait,
  /** What the browser tells. */
  events: list(string()),
};
const kind = anywidgetKind("LiveFigure", traits);
type FigureTraits = typeof kind.traits;

/** Plotly is sent in parts of this size, which no server takes for a flood. */
const PART_BYTES = 256 * 1024;

/** A figure that changes in place. */
export class LiveFigure extends AnywidgetBase<FigureTraits, FigureEvents> {
  constructor(specification: FigureSpecification) {
    expectFigure("liveFigure", specification);
    const { data, layout = {}, config = {} } = specification;
    const figure: Spec = {
      data: data.map(trace => copyOf(trace)),
      layout: copyOf(layout),
      config: copyOf(config),
    };
    super(kind, { figure, _esm: frontEnd() });
  }

  /** The traces as they are now. */
  get data(): readonly Readonly<PlotlyObject>[] {
    return this.state.figure.data;
  }

  /** The layout as it is now. */
  get plotLayout(): Readonly<PlotlyObject> {
    return this.state.figure.layout;
  }

  /** How the figure is called in text. */
  override get text(): string {
    const { length } = this.data;
    return `LiveFigure(${length} ${length === 1 ? "trace" : "traces"})`;
  }

  /**
   * Changes a trace. Names may have dots, as Plotly's own do.
   *
   * @throws RangeError when there is no such trace
   * @example figure.update(0, { y: widths, "marker.color": "crimson" });
   */
  update(trace: number, changes: PlotlyObject): this {
    this.#traceAt(trace, "update");
    return this.#change(changesAt(["data", trace], changes, "update"));
  }

  /** Changes the layout. @example figure.relayout({ "title.text": "widths", "yaxis.range": [0, 512] }); */
  relayout(changes: PlotlyObject): this {
    return this.#change(changesAt(["layout"], changes, "relayout"));
  }

  /** Adds traces behind the others. */
  addTraces(...added: object[]): this {
    const { length } = this.data;
    for (const trace of added) expectValues("addTraces", trace, "traces");
    return this.#change(added.map((trace, i) => ({ path: ["data", length + i], value: copyOf(trace) })));
  }

  /** Removes traces; those behind them move up. @throws RangeError when there is no such trace */
  deleteTraces(...removed: number[]): this {
    for (const trace of removed) this.#traceAt(trace, "deleteTraces");
    return this.#change([{ remove: removed }]);
  }

  /**
   * Adds values to the end of a trace's arrays; only these are sent.
   *
   * @param keep how many values stay; all unless told
   * @throws RangeError when there is no such trace
   * @example figure.extend(0, { x: [epoch], y: [error] }, { keep: 1000 });
   */
  extend(
    trace: number,
    values: Readonly<Record<string, ArrayLike<unknown>>>,
    { keep }: { keep?: number } = {},
  ): this {
    this.#traceAt(trace, "extend");
    expectValues("extend", values, "an object of arrays by name");
    for (const [name, more] of Object.entries(values)) {
      if (!isList(more)) throw new TypeError(`LiveFigure.extend: ${name} must be an array, got ${got(more)}`);
    }
    return this.#change([{ extend: { trace, values, keep: keep ?? null } }]);
  }

  /** Becomes another figure; only what differs is sent. */
  react(specification: FigureSpecification): this {
    expectFigure("LiveFigure.react", specification);
    const { data, layout = {} } = specification;
    const now = this.state.figure;
    const changes: Change[] = [];
    for (const [i, trace] of data.entries()) {
      const known = now.data[i];
      if (known) changes.push(...differences(known, trace as PlotlyObject, ["data", i]));
      else changes.push({ path: ["data", i], value: copyOf(trace) });
    }
    const surplus = now.data.map((_, i) => i).slice(data.length);
    if (surplus.length > 0) changes.push({ remove: surplus });
    changes.push(...differences(now.layout, layout as PlotlyObject, ["layout"]));
    return this.#change(changes);
  }

  protected override listen(
    name: PropertyKey,
    callback: (event: never) => unknown,
    signal?: AbortSignal,
  ): void {
    this.#tell(String(name));
    super.listen(name, callback, signal);
  }

  protected override receivedCustom(content: unknown, buffers: readonly Uint8Array[]): void {
    const { kind: what, part, name, event } = Object(content) as Record<string, unknown>;
    if (what === "plotly") {
      void plotlyParts().then(parts => this.#sendPart(parts, Number(part)));
    } else if (what === "event" && BROWSER_EVENTS.includes(String(name))) {
      this.emit(name as "click", event as FigureEvents["click"]);
    } else {
      super.receivedCustom(content, buffers);
    }
  }

  /** Has the browser tell of events. */
  #tell(name: string): void {
    const { events } = this.state;
    if (!BROWSER_EVENTS.includes(name) || events.includes(name)) return;
    this.set({ events: [...events, name] });
  }

  #sendPart(parts: readonly Uint8Array[], part: number): void {
    const bytes = parts[part];
    if (bytes) this.send({ kind: "plotly", part, parts: parts.length }, [bytes]);
  }

  #traceAt(trace: number, method: string): void {
    const { length } = this.data;
    if (Number.isInteger(trace) && trace >= 0 && trace < length) return;
    throw new RangeError(`LiveFigure.${method}: trace must be an index below ${length}, got ${trace}`);
  }

  #change(changes: Change[]): this {
    if (changes.length === 0) return this;
    const figure = this.state.figure;
    // Before the figure changes: what messages cannot carry must not stay in it.
    const { state, paths, buffers } = splitBuffers({ changes: this.isOpen ? encodeArrays(changes) : [] });
    for (const change of changes) apply(figure, change);
    if (!this.isOpen) return this;
    this.send({ kind: "changes", ...state, buffer_paths: paths }, buffers);
    return this;
  }
}

/**
 * A figure that changes in place.
 *
 * @throws TypeError when it is no Plotly figure, or contains itself
 * @example
 * const figure = liveFigure({ data: [{ y: [1, 2, 3] }] });
 * width.on("value", w => figure.update(0, { y: profile(w) }));
 */
export function liveFigure(figure: FigureSpecification): LiveFigure {
  return new LiveFigure(figure);
}

/** @throws TypeError for what is no Plotly figure, or contains itself */
function expectFigure(by: string, value: unknown): asserts value is FigureSpecification {
  if (!isFigure(value)) {
    throw new TypeError(`${by}: expected { data: [traces], layout }, got ${got(value)}`);
  }
  const { data, layout, config } = value;
  expectFinite(by, { data, layout, config });
}

/** @throws TypeError for what is no object, or contains itself */
function expectValues(method: string, value: unknown, expected: string): asserts value is object {
  expectObject(`LiveFigure.${method}`, value, expected);
  expectFinite(`LiveFigure.${method}`, value);
}

/** Changes below a place of the figure. */
function changesAt(place: (string | number)[], changes: PlotlyObject, method: string): Change[] {
  expectValues(method, changes, "an object of values by name");
  return Object.entries(changes).map(([name, value]) => ({ path: [...place, ...name.split(".")], value }));
}

/** Whether a value is a Plotly figure, as an object or as a class of some library's. */
export function isFigure(value: unknown): value is FigureSpecification {
  if (typeof value !== "object" || value === null) return false;
  const { data, layout } = value as Partial<FigureSpecification>;
  const isObject = (each: unknown): boolean => typeof each === "object" && each !== null;
  return Array.isArray(data) && data.every(isObject) && (layout === undefined || isObject(layout));
}

const BROWSER_EVENTS = ["click", "hover", "selected", "relayout"];

/** Own objects on the way to what changes, so that a figure that others hold stays theirs. */
function copyOf(value: object): PlotlyObject {
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, isPlain(item) ? copyOf(item) : item]),
  );
}

function isPlain(value: unknown): value is PlotlyObject {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function apply(figure: Spec, change: Change): void {
  if ("remove" in change) {
    figure.data = figure.data.filter((_, i) => !change.remove.includes(i));
  } else if ("extend" in change) {
    const { trace, values, keep } = change.extend;
    const known = figure.data[trace] ?? {};
    for (const [name, more] of Object.entries(values)) {
      const before = (known[name] ?? []) as ArrayLike<unknown>;
      const all = [...Array.from(before), ...Array.from(more as ArrayLike<unknown>)];
      known[name] = keep === null ? all : all.slice(-keep);
    }
  } else {
    let place = figure as unknown as PlotlyObject;
    for (const key of change.path.slice(0, -1)) {
      const inner = place[key];
      place = (place[key] = typeof inner === "object" && inner !== null ? inner : {}) as PlotlyObject;
    }
    place[change.path.at(-1) ?? ""] = change.value;
  }
}

/** Changes that make one object the other; what it lacks becomes null, which is Plotly's word for unset. */
function differences(
  now: PlotlyObject,
  wanted: PlotlyObject,
  path: (string | number)[],
): { path: (string | number)[]; value: unknown }[] {
  const names = new Set([...Object.keys(now), ...Object.keys(wanted)]);
  return [...names].flatMap(name => {
    const [before, after] = [now[name], wanted[name]];
    if (isPlain(before) && isPlain(after)) return differences(before, after, [...path, name]);
    if (isEqual(before, after)) return [];
    return [{ path: [...path, name], value: isPlain(after) ? copyOf(after) : (after ?? null) }];
  });
}

function isEqual(a: unknown, b: unknown): boolean {
  if (Object.is(a, b) || (a ?? null) === (b ?? null)) return true;
  if (!isList(a) || !isList(b) || a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (!isEqual(a[i], b[i])) return false;
  return true;
}

function isList(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}

/** Shorter arrays stay readable in messages. */
const MIN_BYTES_LENGTH = 16;

/** Numbers as bytes with the name of their type; all else as JSON can say it. */
function encodeArrays(value: unknown): unknown {
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    const dtype = value.constructor.name
      .replace(/Array$/, "")
      .replace("Clamped", "")
      .toLowerCase();
    if (!dtype.startsWith("big")) return { dtype, bytes: value };
    return encodeArrays(Array.from(value as BigInt64Array, Number));
  }
  if (Array.isArray(value)) {
    const isNumeric = value.length >= MIN_BYTES_LENGTH && value.every(item => typeof item === "number");
    return isNumeric ? { dtype: "float64", bytes: Float64Array.from(value) } : value.map(encodeArrays);
  }
  if (!isPlain(value)) return jsonSafe(value) ?? null;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, encodeArrays(item)]));
}

let parts: Promise<Uint8Array[]> | undefined;

/** Plotly for the browser, compressed, in parts of a size that servers let through at once. */
function plotlyParts(): Promise<Uint8Array[]> {
  parts ??= (async () => {
    const file = createRequire(import.meta.url).resolve("plotly.js/plotly.min.js");
    const whole = await promisify(gzip)(readFileSync(file));
    const count = Math.ceil(whole.length / PART_BYTES);
    return Array.from({ length: count }, (_, i) => whole.subarray(i * PART_BYTES, (i + 1) * PART_BYTES));
  })();
  return parts;
}

let code: string | undefined;

/** The browser's part, compiled. */
function frontEnd(): string {
  code ??= readFileSync(new URL("./browser/figure-view.js", import.meta.url), "utf8").replace(
    /\n\/\/# sourceMappingURL=.*\s*$/,
    "\n",
  );
  return code;
}
