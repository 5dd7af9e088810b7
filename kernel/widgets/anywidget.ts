/**
 * Widgets of one's own, by anywidget's protocol (https://anywidget.dev): a module of JavaScript that draws in the
 * browser, CSS, and a state that both sides share.
 *
 * The front end's part is anywidget's own. JupyterLab gets it with this kernel's kernelspec; an anywidget that is
 * installed there comes first.
 */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { NAME } from "../hosts/package.js";
import { expectKnown } from "../display/known-options.js";
import { expectObject, got } from "./expect.js";
import { layoutTrait } from "./layout.js";
import { widgetHost } from "./comms/host.js";
import { anything, list, nullable, string, type Trait, type Traits } from "./traits.js";
import { type Kind, type Live, Widget } from "./widget.js";

/** Code or style: its text, the path of its file, a file's URL, or an address that the browser loads. */
export type Source = string | URL;

/** What a command of the browser's gets and gives. */
export type Command = (message: unknown, buffers: readonly Uint8Array[]) => unknown;

/** What a widget is made from. */
export interface AnywidgetOptions<S extends object> {
  /** A module whose default export has `render({ model, el })`, in JavaScript or TypeScript. */
  esm: Source;
  css?: Source;
  /** What both sides share: values that JSON or bytes can say. */
  state?: S;
  /** What the browser may call by `experimental.invoke(name, message)`. */
  commands?: Readonly<Record<string, Command>>;
}

/** Events of such a widget. */
export interface AnywidgetEvents {
  /** The browser's part has called `model.send(content, callbacks, buffers)`. */
  message: { content: unknown; buffers: readonly Uint8Array[] };
}

type StateTraits<S extends object> = { [K in keyof S]: Trait<S[K]> };
type OwnTraits = typeof base;

/** A widget of one's own; its state is in its properties. */
export type Anywidget<S extends object> = Live<StateTraits<S> & OwnTraits, AnywidgetEvents>;

const base = {
  layout: layoutTrait,
  tooltip: nullable(string()),
  _dom_classes: list(string()),
  _esm: string(),
  _css: string(),
  _anywidget_id: string(),
};

/** A widget whose browser part speaks in messages of its own. */
export class AnywidgetBase<T extends Traits, E extends object = AnywidgetEvents> extends Widget<
  T,
  E & AnywidgetEvents
> {
  readonly #commands = new Map<
    string,
    (message: unknown, buffers: readonly Uint8Array[]) => Promise<boolean>
  >();

  /** Lets the browser call a function by name; it must not be a state's name. */
  protected command(name: string, command: Command): void {
    this.#commands.set(
      name,
      widgetHost().bind(async (message: unknown, buffers: readonly Uint8Array[]) => {
        const { id, msg } = message as { id: unknown; msg: unknown };
        const response: unknown = await command(msg, buffers);
        this.send({ id, kind: "anywidget-command-response", response });
      }),
    );
  }

  protected override receivedCustom(content: unknown, buffers: readonly Uint8Array[]): void {
    const { kind, name } = Object(content) as { kind?: unknown; name?: unknown };
    if (kind === "anywidget-command") {
      const command = this.#commands.get(String(name));
      if (command) widgetHost().post(() => widgetHost().hold(command(content, buffers)));
      return;
    }
    const event = { content, buffers };
    this.emit("message", event as (E & AnywidgetEvents & Record<keyof T, never>)["message"]);
  }
}

/** What makes widgets of anywidget's front end. */
export function anywidgetKind<T extends Traits>(name: string, traits: T): Kind<T & OwnTraits> {
  return {
    name,
    model: "AnyModel",
    view: "AnyView",
    module: "anywidget",
    // Any version that a front end has.
    version: "0.x",
    traits: { ...base, ...traits },
    verbatim: true,
  };
}

/**
 * A widget of one's own.
 *
 * @throws TypeError for a state with a name that widgets have themselves, or a value that messages cannot carry
 * @example
 * const counter = anywidget({
 *   esm: `export default { render({ model, el }) {
 *     el.onclick = () => { model.set("count", model.get("count") + 1); model.save_changes(); };
 *     const draw = () => { el.textContent = model.get("count"); };
 *     model.on("change:count", draw); draw();
 *   } }`,
 *   state: { count: 0 },
 * });
 * counter.on("count", count => console.log(count));
 */
export function anywidget<S extends object = object>(options: AnywidgetOptions<S>): Anywidget<S> {
  expectObject("anywidget", options, "an object with esm, a module's text or its file");
  expectKnown<AnywidgetOptions<object>>("anywidget", options, {
    esm: true,
    css: true,
    state: true,
    commands: true,
  });
  const { esm, css = "", state, commands = {} } = options;
  const values = Object.entries<unknown>({ ...state });
  for (const [name] of values) {
    if (name in Widget.prototype || name in base || name === "id") {
      throw new TypeError(
        `anywidget: state must not use "${name}", which every widget has; choose another name`,
      );
    }
  }
  const traits = Object.fromEntries(values.map(([name, value]) => [name, anything(value)]));
  const kind = anywidgetKind("Anywidget", traits) as unknown as Kind<Traits>;
  return new OwnWidget(kind, { ...sources(esm, css), ...state }, commands) as unknown as Anywidget<S>;
}

class OwnWidget extends AnywidgetBase<Traits> {
  constructor(kind: Kind<Traits>, state: object, commands: Readonly<Record<string, Command>>) {
    super(kind, state);
    for (const [name, command] of Object.entries(commands)) this.command(name, command);
  }
}

function sources(esm: Source, css: Source): { _esm: string; _css: string; _anywidget_id: string } {
  const style = read("css", css, /\.css$/);
  return {
    _esm: read("esm", esm, /\.(?:[cm]?[jt]sx?)$/),
    _css: style,
    _anywidget_id: `${NAME}.${digest(style)}`,
  };
}

/** A short name for a text. Styles of the same name replace each other, so different ones must differ. */
function digest(text: string): string {
  let hash = 5381;
  for (let i = 0; i < text.length; i++) hash = ((hash * 33) ^ text.charCodeAt(i)) >>> 0;
  return hash.toString(36);
}

/** The text of a source; TypeScript as JavaScript. */
function read(name: string, source: Source, file: RegExp): string {
  if (typeof source !== "string" && !(source instanceof URL)) {
    throw new TypeError(`anywidget: ${name} must be a text, a path or a URL, got ${got(source)}`);
  }
  const isPath = typeof source === "string" && !/[\n{]|^https?:/.test(source) && file.test(source);
  if (typeof source === "string" && !isPath) return source;
  const place = source instanceof URL ? fileURLToPath(source) : path.resolve(source);
  const text = readFileSync(place, "utf8");
  const [, loader] = /\.[cm]?(tsx?|jsx)$/.exec(place) ?? [];
  if (!loader) return text;
  const { transformSync } = createRequire(import.meta.url)("esbuild") as typeof import("esbuild");
  return transformSync(text, { loader: loader as "ts" | "tsx" | "jsx", format: "esm" }).code;
}
