/**
 * Where widgets stand and how they look: ipywidgets' layout and styles, which are widgets of their own in messages
 * and plain objects here.
 */

import { type Kind, reference, Widget } from "./widget.js";
import { string, type Trait, type Traits, trait } from "./traits.js";

/** CSS of a widget's box, under the names of CSS in camel case, such as `{ width: "60%", gridArea: "1 / 2" }`. */
export type Layout = Partial<Record<(typeof LAYOUT)[number], string>>;

const LAYOUT = [
  "alignContent",
  "alignItems",
  "alignSelf",
  "borderBottom",
  "borderLeft",
  "borderRight",
  "borderTop",
  "bottom",
  "display",
  "flex",
  "flexFlow",
  "gridArea",
  "gridAutoColumns",
  "gridAutoFlow",
  "gridAutoRows",
  "gridColumn",
  "gridGap",
  "gridRow",
  "gridTemplateAreas",
  "gridTemplateColumns",
  "gridTemplateRows",
  "height",
  "justifyContent",
  "justifyItems",
  "left",
  "margin",
  "maxHeight",
  "maxWidth",
  "minHeight",
  "minWidth",
  "objectFit",
  "objectPosition",
  "order",
  "overflow",
  "padding",
  "right",
  "top",
  "visibility",
  "width",
] as const;

const nothing = trait<string | null>(null, "a string", value => value === null || typeof value === "string");

const BASE = { module: "@jupyter-widgets/base", version: "2.0.0" };
const CONTROLS = { module: "@jupyter-widgets/controls", version: "2.0.0" };

/** The trait `layout`. Assign another object to change it. */
export const layoutTrait: Trait<Layout> = settings({
  name: "Layout",
  model: "LayoutModel",
  view: "LayoutView",
  ...BASE,
  names: LAYOUT,
});

/** A trait `style` of a model that has these settings. Assign another object to change it. */
export function styleTrait<const N extends readonly string[]>(
  model: string,
  names: N,
): Trait<Partial<Record<N[number], string>>> {
  return settings({ name: model.replace(/Model$/, ""), model, view: "StyleView", ...CONTROLS, names });
}

interface Settings<N extends readonly string[]> {
  name: string;
  model: string;
  view: string;
  module: string;
  version: string;
  names: N;
}

/** A trait of texts by name that is a widget of its own in messages. */
function settings<const N extends readonly string[]>({
  names,
  view,
  ...kind
}: Settings<N>): Trait<Partial<Record<N[number], string>>> {
  type Texts = Partial<Record<N[number], string>>;
  /** One widget an object, however many widgets share it. */
  const made = new WeakMap<object, Widget<Traits>>();
  // A style is drawn by a view of another module than its model's.
  const traits = {
    ...Object.fromEntries(names.map(name => [name, nothing])),
    _viewModule: string(BASE.module),
  };
  const full: Kind<Traits> = { ...kind, view, traits };
  return {
    initial: {},
    expected: `an object of texts for some of ${names.join(", ")}`,
    accepts: value =>
      typeof value === "object" &&
      value !== null &&
      Object.entries(value).every(
        ([name, text]) => names.includes(name) && (typeof text === "string" || text === undefined),
      ),
    encode: (value: Texts) => {
      // The front end's own defaults stand for an empty one, which saves a widget for every widget.
      if (Object.keys(value).length === 0) return null;
      const known = made.get(value) ?? new Widget(full, value);
      made.set(value, known);
      return reference(known);
    },
    // Front ends do not change it.
    decode: () => undefined,
  };
}
