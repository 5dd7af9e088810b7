/**
 * `interact`: a function that is called again whenever one of its controls moves.
 *
 * While a call is under way further moves wait, and of those that wait the latest alone counts.
 */

import { DisplayHandle } from "../display/display.js";
import { hostDisplay } from "../display/show-here.js";
import { type Box, vbox } from "./controls/containers.js";
import { expectObject, got } from "./expect.js";
import { isFigure, LiveFigure } from "./figure.js";
import { widgetHost } from "./comms/host.js";
import { checkbox, text } from "./controls/inputs.js";
import { output } from "./controls/output.js";
import { dropdown } from "./controls/selection.js";
import { niceStep, slider } from "./controls/sliders.js";
import { type AnyKindOfWidget, Widget } from "./widget.js";

/** A number between bounds, as a slider. */
export interface Between {
  readonly min: number;
  readonly max: number;
  readonly step?: number;
  readonly value?: number;
}

/** A widget that has a value. */
export type Valued<V> = AnyKindOfWidget & { value: V };

/**
 * What stands for a control: a boolean for a checkbox, a text for a field, a number for a slider around it,
 * `{ min, max }` for a slider, an array or an object of values by their labels for a dropdown; or a widget.
 */
export type Controllable =
  | boolean
  | string
  | number
  | Between
  | readonly unknown[]
  | Valued<unknown>
  | Readonly<Record<string, unknown>>;

/** The value that a control gives. */
export type ControlValue<C> =
  C extends Valued<infer V>
    ? V
    : C extends boolean
      ? boolean
      : C extends number
        ? number
        : C extends string
          ? string
          : C extends readonly (infer T)[]
            ? T
            : C extends Between
              ? number
              : C extends Readonly<Record<string, infer T>>
                ? T
                : never;

/** The values of controls by name. */
export type ControlValues<C> = { -readonly [K in keyof C]: ControlValue<C[K]> };

/** Controls and what they drive. */
export type Interaction<C> = Box & {
  /** The controls by name. */
  readonly controls: { readonly [K in keyof C]: Valued<ControlValue<C[K]>> };
};

/**
 * Calls a function with the values of controls, now and whenever one of them changes, and shows what it returns and
 * prints below them. A figure it returns is drawn once and then changed in place.
 *
 * @throws TypeError for no function, no object of controls, or something that no control can be made from
 * @example
 * interact(({ depth, wa }) => widthProfile(generate(depth, wa)), { depth: { min: 1, max: 30 }, wa: 20.5 });
 */
export function interact<const C extends Readonly<Record<string, Controllable>>>(
  call: (values: ControlValues<C>) => unknown,
  controls: C,
): Interaction<C> {
  if (typeof call !== "function") {
    throw new TypeError(`interact: expected a function and an object of controls, got ${got(call)} first`);
  }
  expectObject("interact", controls, "an object of controls behind the function, such as { width: 64 }");
  const made = Object.fromEntries(
    Object.entries(controls).map(([name, control]) => [name, controlFor(name, control)]),
  ) as { readonly [K in keyof C]: Valued<ControlValue<C[K]>> };
  const place = output();
  const widgets: readonly Valued<unknown>[] = Object.values(made);
  const box = vbox([...widgets, place]);
  let figure: LiveFigure | undefined;
  const show = (result: unknown): void => {
    if (result === undefined || DisplayHandle.is(result)) return;
    if (result instanceof Widget || !isFigure(result)) {
      hostDisplay()?.(result);
    } else if (figure) {
      figure.react(result);
    } else {
      figure = new LiveFigure(result);
      box.children = [...widgets, figure, place];
    }
  };
  // Bound where output is caught, so that what it prints and throws is shown below the controls.
  const once = place.capture(() =>
    widgetHost().bind(async () => {
      place.clear(true);
      const values = Object.entries(made).map(([name, { value }]) => [name, value as unknown]);
      const result: unknown = call(Object.fromEntries(values) as ControlValues<C>);
      show(result instanceof Promise ? await result : result);
      place.finish();
    }),
  );
  const run = latestOf(once);
  for (const widget of widgets) widget.on("value", run);
  widgetHost().hold(run());
  return Object.assign(box, { controls: made });
}

/** A function that runs once at a time, and once more when it was called meanwhile. */
function latestOf(once: () => Promise<boolean>): () => Promise<void> {
  let busy: Promise<void> | undefined;
  let again = false;
  const loop = async (): Promise<void> => {
    do {
      again = false;
      if (!(await once())) return;
    } while (again);
  };
  return () => {
    again = true;
    busy ??= loop().finally(() => {
      busy = undefined;
    });
    return busy;
  };
}

function controlFor(name: string, control: Controllable): Valued<unknown> {
  if (control instanceof Widget) {
    if ("value" in control) return control;
    throw new TypeError(`interact: "${name}" must be a widget with a value, got another widget`);
  }
  const description = name;
  switch (typeof control) {
    case "boolean":
      return checkbox({ description, value: control });
    case "string":
      return text({ description, value: control });
    case "number":
      return numberAround(description, control);
    case "object":
      break;
    default:
      throw new TypeError(`interact: "${name}" must be a value or a widget, got ${typeof control}`);
  }
  if (control === null) throw new TypeError(`interact: "${name}" must be a value or a widget, got null`);
  if (isBetween(control)) return slider({ description, ...control });
  const options = control;
  if (Object.keys(options).length === 0) {
    throw new TypeError(`interact: "${name}" must have something to choose from, got none`);
  }
  return dropdown({ description, options });
}

/** A slider from −v to 3v, as ipywidgets', where v is the number. */
function numberAround(description: string, value: number): Valued<number> {
  if (!Number.isFinite(value)) {
    throw new RangeError(`interact: "${description}" must be a finite number, got ${value}`);
  }
  if (value === 0) return slider({ description, value, min: 0, max: 1 });
  const [min, max] = value > 0 ? [-value, 3 * value] : [3 * value, -value];
  const step = Number.isInteger(value) ? 1 : niceStep(min, max);
  return slider({ description, value, min, max, step });
}

function isBetween(control: object): control is Between {
  const { min, max } = control as Partial<Between>;
  return typeof min === "number" && typeof max === "number";
}
