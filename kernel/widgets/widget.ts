/**
 * Widgets: state that the kernel and its front ends share, by the protocol of ipywidgets 8 (version 2.1.0 of its
 * messages).
 *
 * A widget is known to front ends from when it is first shown, or belongs to one that is. From then on changes are
 * sent as they are made, but in a computation that keeps the event loop busy no more than 60 times a second.
 */

import { randomUUID } from "node:crypto";
import { inspect } from "node:util";
import { DISPLAY } from "../display/to-bundle.js";
import { joinBuffers, splitBuffers, type BufferPath } from "./comms/buffers.js";
import type { Comm, CommReceived } from "./comms/comms.js";
import { Emitter, type ListenOptions } from "./emitter.js";
import { expectObject, got } from "./expect.js";
import { widgetHost } from "./comms/host.js";
import { Outbox } from "./comms/outbox.js";
import { type StateOf, type Trait, type Traits, trait, wireName } from "./traits.js";

/** The version of the messages that are spoken, which front ends compare. */
const PROTOCOL = "2.1.0";
const TARGET = "jupyter.widget";

/** What makes a kind of widgets. */
export interface Kind<T extends Traits> {
  /** What it is called in errors and in text. */
  name: string;
  /** The front end's classes. */
  model: string;
  view: string | null;
  /** The front end's module, and a range of its versions. */
  module: string;
  version: string;
  traits: T;
  /**
   * Brings a state into order after changes that each trait accepts by itself.
   *
   * @param changed what was changed
   * @returns further changes
   * @throws RangeError when there is no such order
   */
  settle?: (state: StateOf<T>, changed: ReadonlySet<keyof T>) => Partial<StateOf<T>>;
  /** Names are used in messages as they are, not in snake case. */
  verbatim?: boolean;
}

/** Events of a widget: changes of its traits by their names, and what else its kind has. */
export type WidgetEvents<T extends Traits, E extends object> = StateOf<T> & E;

/** Any widget. */
// oxlint-disable-next-line typescript/no-explicit-any -- widgets of any kind
export type AnyKindOfWidget = Widget<any, any>;

/** A widget with its traits as properties. */
export type Live<T extends Traits, E extends object = object> = Widget<T, E> & StateOf<T>;

/** One widget. */
export class Widget<T extends Traits, E extends object = object> extends Emitter<WidgetEvents<T, E>> {
  /** What front ends know it by. */
  readonly id = randomUUID().replaceAll("-", "");
  readonly #kind: Kind<T>;
  readonly #state: StateOf<T>;
  #comm: Comm | undefined;
  #closed = false;
  readonly #outbox = new Outbox(names => this.#send(names));

  constructor(kind: Kind<T>, state: Partial<StateOf<T>> = {}) {
    super(widgetHost());
    this.#kind = kind;
    const initial = Object.entries(kind.traits).map(([name, { initial: value }]) => [name, value as unknown]);
    this.#state = Object.fromEntries(initial) as StateOf<T>;
    for (const name of Object.keys(kind.traits)) {
      Object.defineProperty(this, name, {
        get: () => this.#state[name],
        set: (value: StateOf<T>[string]) => {
          this.set({ [name]: value } as Partial<StateOf<T>>);
        },
        enumerable: true,
        configurable: true,
      });
    }
    Object.assign(this.#state, this.#checked(state));
  }

  /** What kind of widget it is. */
  get kind(): string {
    return this.#kind.name;
  }

  /** Whether front ends know of it. */
  get isOpen(): boolean {
    return this.#comm?.isOpen === true;
  }

  /** A copy of its state. */
  get state(): StateOf<T> {
    return { ...this.#state };
  }

  /**
   * Changes several traits in one message.
   *
   * @throws TypeError for a value of the wrong kind or an unknown trait, RangeError for one out of range
   */
  set(changes: Partial<StateOf<T>>): this {
    this.#change(this.#checked(changes), { atOnce: true });
    return this;
  }

  /** Iterates over the values of a trait from now on, or over events of another kind. */
  override events<K extends keyof WidgetEvents<T, E>>(name: K): AsyncIterableIterator<WidgetEvents<T, E>[K]> {
    return this.iterate(name, this.stateBehind(name)) as AsyncIterableIterator<WidgetEvents<T, E>[K]>;
  }

  /** Calls back when a trait has changed, or for an event of another kind; see {@link Emitter.on}. */
  override on<K extends keyof WidgetEvents<T, E>>(
    name: K,
    callback: (event: WidgetEvents<T, E>[K]) => unknown,
    options: ListenOptions = {},
  ): void {
    super.on(name, callback, options);
  }

  /** Takes the widget from all front ends. It cannot be shown again. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#outbox.clear();
    widgetHost().widgets.delete(this.id);
    this.#comm?.close();
    this.end();
  }

  /** Sends a message of the widget's own kind to its counterparts in front ends. */
  send(content: unknown, buffers: readonly (ArrayBufferView | ArrayBuffer)[] = []): void {
    this.#outbox.flush();
    if (this.#comm?.isOpen) this.#comm.send({ method: "custom", content }, { buffers });
  }

  /** Makes the widget known to front ends, if it never was. @throws Error when it was closed before */
  open(): void {
    if (this.#comm) return;
    this.#expectNotClosed();
    const { state, paths, buffers } = splitBuffers(this.#encoded());
    const comm = widgetHost().comms.open(
      TARGET,
      { state, buffer_paths: paths },
      { id: this.id, metadata: { version: PROTOCOL }, buffers },
    );
    this.#comm = comm;
    widgetHost().widgets.set(this.id, this);
    comm.received = message => this.#received(message);
    comm.on("close", () => this.close());
  }

  /** Shows the widget, in every place where it is shown the same one. @throws Error when it was closed */
  [DISPLAY](): Record<string, unknown> {
    this.#expectNotClosed();
    this.open();
    return {
      "application/vnd.jupyter.widget-view+json": {
        version_major: 2,
        version_minor: 0,
        model_id: this.id,
      },
      "text/plain": this.text,
    };
  }

  /** The widget in a line: what differs from a new one. */
  get text(): string {
    const parts = Object.entries(this.#kind.traits).flatMap(([name, { initial }]) => {
      const value = this.#state[name] as unknown;
      if (Object.is(value, initial) || name.startsWith("_")) return [];
      return [`${name}=${inspect(value, { depth: 0, breakLength: Infinity, maxArrayLength: 6 })}`];
    });
    return `${this.kind}(${parts.join(", ")})`;
  }

  /** How Node prints it. */
  [inspect.custom](): string {
    return this.text;
  }

  /** The whole state as messages carry it, for those who ask for all widgets at once. */
  encodedState(): Record<string, unknown> {
    return this.#encoded();
  }

  /** The front end's classes, as that message names them. */
  get modelNames(): { model_name: string; model_module: string; model_module_version: string } {
    const { model, module, version } = this.#kind;
    return { model_name: model, model_module: module, model_module_version: version };
  }

  /** For events that stand for a state, what gives it. */
  protected stateBehind(name: PropertyKey): (() => unknown) | undefined {
    return Object.hasOwn(this.#kind.traits, name) ? () => this.#state[name as keyof T] : undefined;
  }

  /** Takes a message of the widget's own kind from a front end. */
  protected receivedCustom(_content: unknown, _buffers: readonly Uint8Array[]): void {}

  /** Changes state that front ends hear of in another way. */
  protected setQuietly(changes: Partial<StateOf<T>>): void {
    Object.assign(this.#state, changes);
  }

  #expectNotClosed(): void {
    if (this.#closed)
      throw new Error(`${this.kind}: expected an open widget, this one was closed; make another`);
  }

  /** Checks values given by code. */
  #checked(changes: Partial<StateOf<T>>): Partial<StateOf<T>> {
    const { name: kind, traits, settle } = this.#kind;
    expectObject(kind, changes, "an object of values by the names of traits");
    for (const [name, value] of Object.entries(changes)) {
      const known = Object.hasOwn(traits, name) ? traits[name] : undefined;
      if (!known) {
        throw new TypeError(`${kind}: expected one of ${publicNames(traits)}, got "${name}"`);
      }
      if (value !== undefined && !known.accepts(value)) {
        throw new TypeError(`${kind}: ${name} must be ${known.expected}, got ${got(value)}`);
      }
    }
    const given = Object.fromEntries(
      Object.entries(changes).filter(([, value]) => value !== undefined),
    ) as Partial<StateOf<T>>;
    const settled = settle?.({ ...this.#state, ...given }, new Set(Object.keys(given)));
    return { ...given, ...settled };
  }

  /** Makes changes, sends them and tells listeners. @param known what a front end has already */
  #change(
    changes: Partial<StateOf<T>>,
    { atOnce, known = {} }: { atOnce: boolean; known?: Partial<StateOf<T>> },
  ): void {
    const changed = Object.keys(changes).filter(name => !isSame(changes[name], this.#state[name]));
    Object.assign(this.#state, changes);
    const news = Object.keys(changes).filter(name => {
      const shared = Object.hasOwn(known, name) ? known[name] : undefined;
      return Object.hasOwn(known, name) ? !isSame(shared, changes[name]) : changed.includes(name);
    });
    if (news.length > 0 && this.#comm?.isOpen) this.#outbox.add(news);
    for (const name of changed) this.emitState(name, () => this.#state[name], atOnce);
  }

  #received({ data, buffers }: CommReceived): void {
    const { method } = data;
    if (method === "update") this.#receivedUpdate(data, buffers);
    else if (method === "request_state") this.#send(Object.keys(this.#kind.traits), true);
    else if (method === "custom") this.receivedCustom(data["content"], buffers);
  }

  /** Takes a front end's changes. What cannot be is answered with what is. */
  #receivedUpdate(data: Record<string, unknown>, buffers: readonly Uint8Array[]): void {
    const raw = { ...Object(data["state"]) } as Record<string, unknown>;
    const paths = Array.isArray(data["buffer_paths"]) ? (data["buffer_paths"] as BufferPath[]) : [];
    joinBuffers(raw, paths, buffers);
    const { traits, settle } = this.#kind;
    const given: Record<string, unknown> = {};
    const refused: string[] = [];
    for (const [name, known] of Object.entries(traits)) {
      const wire = this.#wire(name);
      if (!Object.hasOwn(raw, wire)) continue;
      const value = known.decode ? known.decode(raw[wire]) : raw[wire];
      if (known.accepts(value)) given[name] = value;
      else refused.push(name);
    }
    let changes = given as Partial<StateOf<T>>;
    try {
      changes = { ...changes, ...settle?.({ ...this.#state, ...changes }, new Set(Object.keys(given))) };
    } catch {
      refused.push(...Object.keys(given));
      changes = {};
    }
    this.#echo(raw, buffers, paths);
    this.#change(changes, { atOnce: false, known: given as Partial<StateOf<T>> });
    if (refused.length > 0) this.#outbox.add(refused);
  }

  /** Other front ends learn of the change in this way, and the one that made it that it arrived. */
  #echo(state: Record<string, unknown>, buffers: readonly Uint8Array[], paths: BufferPath[]): void {
    const { state: plain } = splitBuffers(state);
    this.#comm?.send({ method: "echo_update", state: plain, buffer_paths: paths }, { buffers });
  }

  #send(names: readonly string[], all = false): void {
    if (!this.#comm?.isOpen) return;
    const encoded = this.#encoded(names);
    const { state, paths, buffers } = splitBuffers(all ? { ...encoded, ...this.#classes() } : encoded);
    this.#comm.send({ method: "update", state, buffer_paths: paths }, { buffers });
  }

  #encoded(names?: readonly string[]): Record<string, unknown> {
    const { traits } = this.#kind;
    const entries = (names ?? Object.keys(traits)).map(name => {
      const known: Trait<unknown> | undefined = traits[name];
      const value: unknown = this.#state[name];
      return [this.#wire(name), known?.encode ? known.encode(value) : value] as const;
    });
    return { ...(names ? {} : this.#classes()), ...Object.fromEntries(entries) };
  }

  #classes(): Record<string, unknown> {
    const { model, view, module, version } = this.#kind;
    return {
      _model_module: module,
      _model_module_version: version,
      _model_name: model,
      _view_count: null,
      _view_module: module,
      _view_module_version: version,
      _view_name: view,
    };
  }

  #wire(name: string): string {
    return this.#kind.verbatim ? name : wireName(name);
  }
}

/** A trait that holds a widget, which messages refer to by its id. */
export function widgetTrait<W extends AnyKindOfWidget>(
  expected: string,
  accepts: (value: unknown) => boolean = value => value instanceof Widget,
): Trait<W> {
  return {
    ...trait(undefined as unknown as W, expected, accepts),
    encode: reference,
    decode: raw => (typeof raw === "string" ? widgetHost().widgets.get(raw.replace(REFERENCE, "")) : raw),
  };
}

/** What stands for a widget in messages; makes it known to front ends first. */
export function reference(widget: AnyKindOfWidget): string {
  widget.open();
  return `IPY_MODEL_${widget.id}`;
}

const REFERENCE = /^IPY_MODEL_/;

function publicNames(traits: Traits): string {
  return Object.keys(traits)
    .filter(name => !name.startsWith("_"))
    .join(", ");
}

/** Whether two values of a trait are the same; those of arrays are compared one by one. */
function isSame(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
  return a.every((item, i) => Object.is(item, b[i]));
}
