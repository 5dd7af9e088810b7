/** One of several values: dropdown, selection slider, radio buttons, toggle buttons. */

import { inspect } from "node:util";
import { buttonMoods, control, descriptionStyle, operated, type Options, sliding } from "./common.js";
import { expectObject, got } from "../expect.js";
import { styleTrait } from "../layout.js";
import { integer, list, nullable, oneOf, string, type StateOf, type Trait, type Traits } from "../traits.js";
import { type Kind, Widget } from "../widget.js";

/** Values to choose from; an object or a map gives each the text it is shown as. */
export type Choices<V> = readonly V[] | Readonly<Record<string, V>> | ReadonlyMap<string, V>;

/** What a selection has beside its traits. */
interface Selecting<V> {
  /** Values to choose from. */
  options: Choices<V>;
  /** The value that is chosen; null for none. */
  value: V | null;
}

interface SelectionTraits extends Traits {
  _optionsLabels: Trait<readonly string[]>;
  index: Trait<number | null>;
}

/** A choice of one value. */
export type Selection<V, T extends SelectionTraits = typeof dropdownTraits> = SelectionWidget<V, T> &
  StateOf<T>;

/** What a selection is made from. */
export type SelectionOptions<V, T extends SelectionTraits> = Omit<Options<T>, "_optionsLabels" | "index"> &
  Pick<Selecting<V>, "options"> &
  Partial<Pick<Selecting<V>, "value">>;

class SelectionWidget<V, T extends SelectionTraits> extends Widget<T, { value: V | null }> {
  #values: readonly V[];
  #options: Choices<V>;

  constructor(kind: Kind<T>, { options, value, ...state }: SelectionOptions<V, T>) {
    const { labels, values } = read(options, kind.name);
    const index = value === undefined ? firstIndex(kind, values) : indexOf(values, value, kind.name);
    super(kind, { ...(state as unknown as Options<T>), _optionsLabels: labels, index });
    this.#values = values;
    this.#options = options;
  }

  /** The value that is chosen; null for none. */
  get value(): V | null {
    const { index } = this.state;
    return index === null ? null : (this.#values[index as number] ?? null);
  }

  /** @throws RangeError for a value that is not among the options */
  set value(value: V | null) {
    this.set({ index: indexOf(this.#values, value, this.kind) } as Options<T>);
  }

  /** Values to choose from. Assign others to change them; the value stays chosen when it is among them. */
  get options(): Choices<V> {
    return this.#options;
  }

  set options(options: Choices<V>) {
    const { labels, values } = read(options, this.kind);
    const { value } = this;
    const kept = values.findIndex(each => Object.is(each, value));
    this.#values = values;
    this.#options = options;
    const index = kept >= 0 ? kept : values.length > 0 ? 0 : null;
    this.set({ _optionsLabels: labels, index } as Options<T>);
    if (kept < 0) this.emitState("value", () => this.value, true);
  }

  protected override emitState(name: PropertyKey, now: () => unknown, atOnce: boolean): void {
    super.emitState(name, now, atOnce);
    if (name === "index") super.emitState("value", () => this.value, atOnce);
  }

  protected override stateBehind(name: PropertyKey): (() => unknown) | undefined {
    return name === "value" ? () => this.value : super.stateBehind(name);
  }
}

const choices = {
  _optionsLabels: list(string()),
  /** Which of the options is chosen, from 0; null for none. */
  index: nullable(integer(0)),
};
const choosing = { ...operated, ...choices };
const dropdownTraits = { ...choosing, style: descriptionStyle };
const sliderTraits = { ...sliding, ...choices };
const radioTraits = {
  ...choosing,
  orientation: oneOf(["horizontal", "vertical"], "vertical"),
  style: descriptionStyle,
};
const toggleTraits = {
  ...choosing,
  buttonStyle: buttonMoods,
  /** Names of Font Awesome icons, one an option. */
  icons: list(string()),
  /** Shown when the pointer rests on an option, one an option. */
  tooltips: list(string()),
  style: styleTrait("ToggleButtonsStyleModel", ["buttonWidth", "descriptionWidth", "fontWeight"]),
};

/** The first option is chosen unless told, but of radio buttons and dropdowns null may be asked for. */
const settle = <S extends { _optionsLabels: readonly string[]; index: number | null }>({
  _optionsLabels: { length },
  index,
}: S): Partial<S> => {
  if (index === null || (index >= 0 && index < length)) return {};
  throw new RangeError(`selection: index must be below ${length}, got ${index}`);
};

const dropdownKind = control("Dropdown", dropdownTraits, { settle });
const sliderKind = control("SelectionSlider", sliderTraits, { settle });
const radioKind = control("RadioButtons", radioTraits, { settle });
const toggleKind = control("ToggleButtons", toggleTraits, { settle });

/**
 * A dropdown list.
 *
 * @throws RangeError for a value that is not among the options
 * @example const space = dropdown({ options: ["AnyNetX", "RegNetX"], description: "space" });
 */
export function dropdown<const V>(options: SelectionOptions<V, typeof dropdownTraits>): Selection<V> {
  return select(dropdownKind, options);
}

/** A slider over values in the order given. @throws RangeError when there are none, or for a value not among them */
export function selectionSlider<const V>(
  options: SelectionOptions<V, typeof sliderTraits>,
): Selection<V, typeof sliderTraits> {
  return select(sliderKind, options);
}

/** A button to fill for each value. @throws RangeError for a value that is not among the options */
export function radioButtons<const V>(
  options: SelectionOptions<V, typeof radioTraits>,
): Selection<V, typeof radioTraits> {
  return select(radioKind, options);
}

/** A button to press for each value. @throws RangeError for a value that is not among the options */
export function toggleButtons<const V>(
  options: SelectionOptions<V, typeof toggleTraits>,
): Selection<V, typeof toggleTraits> {
  return select(toggleKind, options);
}

function select<V, T extends SelectionTraits>(
  kind: Kind<T>,
  options: SelectionOptions<V, T>,
): Selection<V, T> {
  expectObject(kind.name, options, "an object with options to choose from");
  return new SelectionWidget<V, T>(kind, options) as Selection<V, T>;
}

function read<V>(options: Choices<V>, kind: string): { labels: string[]; values: readonly V[] } {
  if (Array.isArray(options)) return { labels: options.map(labelOf), values: options as readonly V[] };
  if (options instanceof Map)
    return { labels: [...options.keys()].map(String), values: [...options.values()] };
  if (typeof options !== "object" || options === null) {
    throw new TypeError(`${kind}: options must be an array, an object or a Map, got ${got(options)}`);
  }
  return { labels: Object.keys(options), values: Object.values(options) };
}

function firstIndex<T extends SelectionTraits>(kind: Kind<T>, { length }: readonly unknown[]): number | null {
  if (length > 0) return 0;
  // A slider has a handle, which must be somewhere.
  if (kind.name !== "SelectionSlider") return null;
  throw new RangeError("SelectionSlider: options must not be empty");
}

function indexOf(values: readonly unknown[], value: unknown, kind: string): number | null {
  const index = values.findIndex(each => Object.is(each, value));
  if (index >= 0) return index;
  if (value === null) return null;
  const known = values.slice(0, 10).map(labelOf).join(", ");
  throw new RangeError(`${kind}: value must be one of ${known}, got ${got(value)}`);
}

function labelOf(value: unknown): string {
  return typeof value === "object" && value !== null
    ? inspect(value, { depth: 1, breakLength: Infinity })
    : String(value);
}
