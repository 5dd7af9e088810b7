/** What many kinds of widgets have in common. */

import { layoutTrait, styleTrait } from "../layout.js";
import { boolean, list, nullable, oneOf, string, type StateOf, type Traits } from "../traits.js";
import { type Kind, type Live, Widget } from "../widget.js";

/** The front end's module of controls. */
export const CONTROLS = { module: "@jupyter-widgets/controls", version: "2.0.0" } as const;

/** Traits of everything that is drawn. */
export const drawn = {
  /** CSS of the widget's box, such as `{ width: "60%" }`. Assign another object to change it. */
  layout: layoutTrait,
  /** Shown when the pointer rests on it. */
  tooltip: nullable(string()),
  /** Whether the Tab key reaches it; the front end's default when null. */
  tabbable: nullable(boolean(false)),
  /** CSS classes of its box. */
  _domClasses: list(string()),
};

/** Traits of what has a description in front of it. */
export const described = {
  ...drawn,
  /** What it is for, in front of it. */
  description: string(),
  /** Whether the description is HTML rather than text. */
  descriptionAllowHtml: boolean(false),
};

/** Traits of what the user operates. */
export const operated = {
  ...described,
  /** Whether it takes no input. */
  disabled: boolean(false),
};

/** Traits of what has a handle on a track. */
export const sliding = {
  ...operated,
  /** Whether the value follows the pointer while it drags, or changes when it lets go. */
  continuousUpdate: boolean(true),
  orientation: oneOf(["horizontal", "vertical"], "horizontal"),
  /** Whether the value stands beside the slider. */
  readout: boolean(true),
  /** What the pointer may do. */
  behavior: oneOf(["drag-tap", "drag-snap", "tap", "drag", "snap"], "drag-tap"),
  style: styleTrait("SliderStyleModel", ["descriptionWidth", "handleColor"]),
};

/** The names of a style that say how letters look. */
export const LETTERS = [
  "fontFamily",
  "fontSize",
  "fontStyle",
  "fontVariant",
  "fontWeight",
  "textColor",
  "textDecoration",
] as const;

/** The style of what has a description only. */
export const descriptionStyle = styleTrait("DescriptionStyleModel", ["descriptionWidth"]);

/** The colours that tell what is good and what is bad. */
export const moods = oneOf(["success", "info", "warning", "danger", ""], "");

/** As `moods`, for buttons. */
export const buttonMoods = oneOf(["primary", "success", "info", "warning", "danger", ""], "");

/** What a control is made from: any of its traits. */
export type Options<T extends Traits> = Partial<StateOf<T>>;

/** Describes a kind of controls by the name of its model. */
export function control<T extends Traits>(
  name: string,
  traits: T,
  more: Partial<Omit<Kind<T>, "traits">> = {},
): Kind<T> {
  return { name, model: `${name}Model`, view: `${name}View`, ...CONTROLS, traits, ...more };
}

/** Makes a widget of a kind. */
export function make<T extends Traits>(kind: Kind<T>, options: Options<T> = {}): Live<T> {
  return new Widget(kind, options) as Live<T>;
}
