/** Sliders for a number, and for a range of numbers. */

import { control, make, type Options, sliding } from "./common.js";
import { expectObject } from "../expect.js";
import { integer, number, nullable, span, type StateOf, string, type Trait } from "../traits.js";
import type { Live } from "../widget.js";

const wholeBounds = { min: integer(0), max: integer(100), step: integer(1) };
const bounds = { min: number(0), max: number(100), step: nullable(number(0.1), 0.1) };

/** How the value is written, in d3's language of number formats. */
const whole = { readoutFormat: string("d") };
const fraction = { readoutFormat: string(".2f") };

const intTraits = {
  ...sliding,
  /** Where the handle stands. */
  value: integer(0),
  ...wholeBounds,
  ...whole,
};
const floatTraits = {
  ...sliding,
  /** Where the handle stands. */
  value: number(0),
  ...bounds,
  ...fraction,
};
const intRangeTraits = {
  ...sliding,
  /** Where the handles stand. */
  value: span(integer(0), [0, 1]),
  ...wholeBounds,
  ...whole,
};
const floatRangeTraits = {
  ...sliding,
  /** Where the handles stand. */
  value: span(number(0), [0, 1]),
  ...bounds,
  ...fraction,
};
const logTraits = {
  ...sliding,
  /** The number itself, not its exponent. */
  value: number(1),
  /** Exponents at the ends. */
  min: number(0),
  max: number(4),
  /** Of the exponent. */
  step: nullable(number(0.1), 0.1),
  base: number(10),
  readoutFormat: string(".3g"),
};

/** A slider for an integer. */
export type IntSlider = Live<typeof intTraits>;
/** A slider for a number. */
export type FloatSlider = Live<typeof floatTraits>;
/** A slider for a range of integers. */
export type IntRangeSlider = Live<typeof intRangeTraits>;
/** A slider for a range of numbers. */
export type FloatRangeSlider = Live<typeof floatRangeTraits>;
/** A slider whose steps are factors. */
export type FloatLogSlider = Live<typeof logTraits>;

interface Bounded {
  min: number;
  max: number;
  step?: number | null;
  value: number | readonly [number, number];
}

/**
 * The bounds take the value with them when they move; a value outside of bounds that stay is refused. Without a value
 * a new slider begins at its lower bound, a new range with all of it.
 */
function settleWithin(kind: string) {
  return <S extends Bounded>(state: S, changed: ReadonlySet<keyof S>): Partial<S> => {
    const { min, max, step, value } = state;
    if (min > max) throw new RangeError(`${kind}: min must not exceed max, got ${min} and ${max}`);
    if (step !== undefined && step !== null && step <= 0) {
      throw new RangeError(`${kind}: step must be above 0, got ${step}`);
    }
    const inside = (each: number): number => Math.min(max, Math.max(min, each));
    const ends = typeof value === "number" ? [value] : value;
    if (ends.every(each => each === inside(each))) return {};
    if (changed.has("value")) {
      throw new RangeError(`${kind}: value must lie within [${min}, ${max}], got ${String(value)}`);
    }
    const moved = typeof value === "number" ? inside(value) : [inside(value[0]), inside(value[1])];
    return { value: moved } as unknown as Partial<S>;
  };
}

const intKind = control("IntSlider", intTraits, { settle: settleWithin("intSlider") });
const floatKind = control("FloatSlider", floatTraits, { settle: settleWithin("floatSlider") });
const intRangeKind = control("IntRangeSlider", intRangeTraits, { settle: settleWithin("intRangeSlider") });
const floatRangeKind = control("FloatRangeSlider", floatRangeTraits, {
  settle: settleWithin("floatRangeSlider"),
});
const logKind = control("FloatLogSlider", logTraits, { settle: settleLog });

/** A slider for an integer, from 0 to 100 unless told. @throws RangeError for a value out of its bounds */
export function intSlider(options: Options<typeof intTraits> = {}): IntSlider {
  return make(intKind, options);
}

/** A slider for a number, from 0 to 100 in steps of 0.1 unless told. @throws RangeError for a value out of its bounds */
export function floatSlider(options: Options<typeof floatTraits> = {}): FloatSlider {
  return make(floatKind, options);
}

/** Two handles for a range of integers. @throws RangeError for a value out of its bounds */
export function intRangeSlider(options: Options<typeof intRangeTraits> = {}): IntRangeSlider {
  return make(intRangeKind, widened(options, intRangeTraits));
}

/** Two handles for a range of numbers. @throws RangeError for a value out of its bounds */
export function floatRangeSlider(options: Options<typeof floatRangeTraits> = {}): FloatRangeSlider {
  return make(floatRangeKind, widened(options, floatRangeTraits));
}

/** A slider whose steps are factors: from `base ** min` to `base ** max`. @throws RangeError for a value out of its bounds */
export function floatLogSlider(options: Options<typeof logTraits> = {}): FloatLogSlider {
  const { base = 10, min = 0 } = options;
  return make(logKind, { value: base ** min, ...options });
}

/**
 * A slider for a number: for an integer when bounds, step and value are integers, and for any number otherwise.
 *
 * @throws RangeError for a value out of its bounds
 */
export function slider(options: Options<typeof floatTraits> = {}): IntSlider | FloatSlider {
  expectObject("slider", options, "an object such as { min: 0, max: 10 }");
  const { min = 0, max = 100, step = 1, value = min } = options;
  const isWhole = [min, max, step, value].every(each => Number.isSafeInteger(each));
  if (isWhole) return intSlider({ ...options, step: step ?? 1 });
  return floatSlider({ step: niceStep(min, max), ...options });
}

/** Two handles, for integers or for any numbers as `slider`. @throws RangeError for a value out of its bounds */
export function rangeSlider(
  options: Options<typeof floatRangeTraits> = {},
): IntRangeSlider | FloatRangeSlider {
  expectObject("rangeSlider", options, "an object such as { min: 0, max: 10 }");
  const { min = 0, max = 100, step = 1, value = [min, max] } = options;
  const isWhole = [min, max, step, ...value].every(each => Number.isSafeInteger(each));
  if (isWhole) return intRangeSlider({ ...options, step: step ?? 1 });
  return floatRangeSlider({ step: niceStep(min, max), ...options });
}

/** A power of ten that divides the range into at least a hundred steps. */
export function niceStep(min: number, max: number): number {
  return max > min ? Number((10 ** Math.floor(Math.log10((max - min) / 100))).toPrecision(1)) : 0.1;
}

/** A range that is not told otherwise is all there is. */
function widened<
  T extends { value: Trait<readonly [number, number]>; min: Trait<number>; max: Trait<number> },
>(options: Options<T>, traits: T): Options<T> {
  const { min = traits.min.initial, max = traits.max.initial } = options as Options<typeof floatRangeTraits>;
  return { value: [min, max], ...options };
}

function settleLog(
  state: StateOf<typeof logTraits>,
  changed: ReadonlySet<keyof typeof logTraits>,
): Options<typeof logTraits> {
  const { base, min, max, value } = state;
  if (base <= 0 || base === 1) {
    throw new RangeError(`floatLogSlider: base must be above 0 and other than 1, got ${base}`);
  }
  if (min > max) throw new RangeError(`floatLogSlider: min must not exceed max, got ${min} and ${max}`);
  const [from, to] = [base ** min, base ** max];
  // The front end calculates powers in its own way; a last digit is no reason to refuse.
  const slack = Math.abs(to - from) * 1e-9;
  const low = Math.min(from, to);
  const high = Math.max(from, to);
  if (value >= low - slack && value <= high + slack) return {};
  if (changed.has("value")) {
    throw new RangeError(`floatLogSlider: value must lie within [${low}, ${high}], got ${value}`);
  }
  return { value: Math.min(high, Math.max(low, value)) };
}
