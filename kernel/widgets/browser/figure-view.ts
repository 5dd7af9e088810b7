/**
 * The browser's part of a live figure: a module for anywidget, sent as text.
 *
 * It imports nothing. Plotly comes from the kernel, compressed, once a page: no address outside is asked, and neither
 * messages nor notebooks carry it along. Changes are applied as they come, and drawn once an animation frame.
 */

interface Model {
  get(name: string): unknown;
  on(name: string, callback: (...values: never[]) => void): void;
  off(name: string, callback: (...values: never[]) => void): void;
  send(content: unknown): void;
}
type Json = Record<string, unknown>;
interface Figure {
  data: Json[];
  layout: Json;
  config?: Json;
}
interface Element {
  textContent: string | null;
  dataset: Record<string, string>;
  on?(name: string, callback: (event: Json) => void): void;
  removeAllListeners?(name: string): void;
}
interface Plotly {
  react(el: Element, data: unknown, layout: unknown, config: unknown): Promise<unknown>;
  purge(el: Element): void;
  Plots: { resize(el: Element): void };
}
interface Encoded {
  dtype: string;
  bytes: DataView;
}
interface Change {
  path?: (string | number)[];
  value?: unknown;
  remove?: number[];
  extend?: { trace: number; values: Record<string, unknown>; keep: number | null };
}
interface Browser {
  /** Shared by all figures of a page. */
  kernelPlotly?: Promise<Plotly> | undefined;
  requestAnimationFrame(work: () => void): void;
  ResizeObserver: new (work: () => void) => { observe(el: Element): void; disconnect(): void };
}

const browser = globalThis as unknown as Browser;
/** A part that has not come within this is asked for again: servers drop messages when there are too many. */
const PATIENCE_MS = 5000;

/** Typed arrays by NumPy's names. */
const ARRAYS: Record<string, { new (buffer: ArrayBuffer): ArrayLike<number> }> = {
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  float32: Float32Array,
  float64: Float64Array,
};

/** Typed arrays out of what the kernel made of them. */
function decode(value: unknown): unknown {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return value;
  if (Array.isArray(value)) return value.map(decode);
  const { dtype, bytes } = value as Partial<Encoded>;
  if (dtype !== undefined && bytes instanceof DataView) {
    const type = ARRAYS[dtype] ?? Float64Array;
    // A copy: views need not begin where a number may.
    return new type(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer);
  }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, decode(item)]));
}

/** Puts bytes of a message where they belong. */
function join(content: Json, buffers: DataView[]): void {
  for (const [i, path] of ((content["buffer_paths"] ?? []) as (string | number)[][]).entries()) {
    let place: Json = content;
    for (const key of path.slice(0, -1)) place = place[key] as Json;
    place[path.at(-1) as string] = buffers[i];
  }
}

function apply(figure: Figure, { path, value, remove, extend }: Change): void {
  if (path) {
    let place = figure as unknown as Json;
    for (const key of path.slice(0, -1)) {
      const inner = place[key];
      place = (place[key] = typeof inner === "object" && inner !== null ? inner : {}) as Json;
    }
    place[path.at(-1) as string] = decode(value);
  }
  if (remove) figure.data = figure.data.filter((_, i) => !remove.includes(i));
  if (extend) {
    const trace = figure.data[extend.trace] ?? {};
    for (const [key, more] of Object.entries(extend.values)) {
      const all = [
        ...((trace[key] ?? []) as ArrayLike<unknown> as unknown[]),
        ...(decode(more) as unknown[]),
      ];
      trace[key] = extend.keep === null ? all : all.slice(-extend.keep);
    }
  }
}

/** Plotly, asked of the kernel part by part unless the page has it. */
function plotly(model: Model): Promise<Plotly> {
  browser.kernelPlotly ??= load(model).catch((error: unknown) => {
    browser.kernelPlotly = undefined;
    throw error;
  });
  return browser.kernelPlotly;
}

async function load(model: Model): Promise<Plotly> {
  const parts: DataView[] = [];
  let count = 1;
  for (let part = 0; part < count; part++) {
    const [answer, bytes] = await ask(model, part);
    count = answer;
    parts.push(bytes);
  }
  const stream = new Blob(parts as unknown as ArrayBuffer[])
    .stream()
    .pipeThrough(new DecompressionStream("gzip"));
  const source = await new Response(stream).text();
  const module = `const module = { exports: {} }, exports = module.exports, define = undefined;\n${source}\nexport default module.exports;`;
  const url = URL.createObjectURL(new Blob([module], { type: "text/javascript" }));
  try {
    return ((await import(url)) as { default: Plotly }).default;
  } finally {
    URL.revokeObjectURL(url);
  }
}

function ask(model: Model, part: number): Promise<[number, DataView]> {
  return new Promise(resolve => {
    const request = (): void => model.send({ kind: "plotly", part });
    const timer = setInterval(request, PATIENCE_MS);
    const answered = (content: Json, buffers: DataView[]): void => {
      if (content["kind"] !== "plotly" || content["part"] !== part || !buffers[0]) return;
      clearInterval(timer);
      model.off("msg:custom", answered);
      resolve([Number(content["parts"]), buffers[0]]);
    };
    model.on("msg:custom", answered);
    request();
  });
}

/** What is told of a point under the pointer. */
function point(each: Json): Json {
  const { curveNumber, pointNumber, x, y, z } = each;
  return { trace: curveNumber, index: pointNumber, x, y, ...(z !== undefined && { z }) };
}

/** One model's part; views of it share the figure. */
export default () => {
  let figure: Figure;
  let revision = 0;
  const redraws = new Set<() => void>();
  return {
    initialize({ model }: { model: Model }) {
      figure = decode(model.get("figure")) as Figure;
      const changed = (content: Json, buffers: DataView[]): void => {
        if (content["kind"] !== "changes") return;
        join(content, buffers);
        for (const change of content["changes"] as Change[]) apply(figure, change);
        revision++;
        for (const redraw of redraws) redraw();
      };
      model.on("msg:custom", changed);
      return () => model.off("msg:custom", changed);
    },

    async render({ model, el }: { model: Model; el: Element }) {
      el.textContent = "Plotly is on its way from the kernel …";
      const lib = await plotly(model);
      el.textContent = "";
      let drawing = false;
      let drawn = -1;
      let removed = false;
      const draw = async (): Promise<void> => {
        if (drawing || removed) return;
        drawing = true;
        while (drawn !== revision) {
          await new Promise<void>(resolve => browser.requestAnimationFrame(() => resolve()));
          drawn = revision;
          // The same data array tells nothing by itself; a new revision has Plotly look at what is in it.
          const layout = { uirevision: "kept", ...figure.layout, datarevision: drawn };
          await lib.react(el, figure.data, layout, { responsive: true, ...figure.config });
          el.dataset["drawn"] = String(drawn);
        }
        drawing = false;
      };
      const redraw = (): void => void draw();
      await draw();
      redraws.add(redraw);
      redraw();
      const wanted = (): string[] => (model.get("events") ?? []) as string[];
      for (const name of ["click", "hover", "selected", "relayout"]) {
        el.on?.(`plotly_${name}`, event => {
          if (!wanted().includes(name)) return;
          const points = ((event?.["points"] ?? []) as Json[]).map(point);
          model.send({ kind: "event", name, event: name === "relayout" ? event : { points } });
        });
      }
      const observer = new browser.ResizeObserver(() => {
        if (!drawing && drawn >= 0) lib.Plots.resize(el);
      });
      observer.observe(el);
      return () => {
        removed = true;
        redraws.delete(redraw);
        observer.disconnect();
        lib.purge(el);
      };
    },
  };
};
