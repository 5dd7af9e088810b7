/** Controls for yes or no, for text, and for numbers that are typed. */

import {
  buttonMoods,
  control,
  described,
  descriptionStyle,
  LETTERS,
  make,
  operated,
  type Options,
} from "./common.js";
import { styleTrait } from "../layout.js";
import { boolean, integer, nullable, number, string } from "../traits.js";
import { type Kind, type Live, Widget } from "../widget.js";

const checkboxTraits = {
  ...operated,
  value: boolean(false),
  /** Whether it stands as far in as controls with a description do. */
  indent: boolean(true),
  style: styleTrait("CheckboxStyleModel", ["background", "descriptionWidth"]),
};
const toggleTraits = {
  ...operated,
  value: boolean(false),
  buttonStyle: buttonMoods,
  /** Name of a Font Awesome icon, without its `fa-`. */
  icon: string(),
  style: styleTrait("ToggleButtonStyleModel", ["descriptionWidth", ...LETTERS]),
};
const typed = {
  ...operated,
  value: string(),
  /** Shown while it is empty. */
  placeholder: string("\u200b"),
  /** Whether the value follows each key, or changes when the user is done. */
  continuousUpdate: boolean(true),
  style: styleTrait("TextStyleModel", ["background", "descriptionWidth", "fontSize", "textColor"]),
};
const textareaTraits = {
  ...typed,
  /** Lines that are seen at once. */
  rows: nullable(integer(0)),
};
const numberTraits = {
  ...operated,
  value: number(0),
  /** What the arrow keys change it by. */
  step: nullable(number(0)),
  /** Whether the value follows each key, or changes when the user is done. */
  continuousUpdate: boolean(false),
  style: descriptionStyle,
};
const intTraits = { ...numberTraits, value: integer(0), step: integer(1) };

/** A box to tick. */
export type Checkbox = Live<typeof checkboxTraits>;
/** A button that stays pressed. */
export type ToggleButton = Live<typeof toggleTraits>;
/** A line of text. */
export type Text = Live<typeof typed, Submitted>;
/** Lines of text. */
export type Textarea = Live<typeof textareaTraits>;
/** A number that is typed. */
export type FloatText = Live<typeof numberTraits>;
/** An integer that is typed. */
export type IntText = Live<typeof intTraits>;

/** Events of a line of text: Enter was pressed. */
export interface Submitted {
  submit: string;
}

class TextWidget extends Widget<typeof typed, Submitted> {
  protected override receivedCustom(content: unknown): void {
    if (Object(content)["event"] === "submit") this.emit("submit", this.state.value);
  }
}

const checkboxKind = control("Checkbox", checkboxTraits);
const toggleKind = control("ToggleButton", toggleTraits);
const textKind = control("Text", typed);
const passwordKind = control("Password", typed);
const textareaKind = control("Textarea", textareaTraits);
const floatTextKind = control("FloatText", numberTraits);
const intTextKind = control("IntText", intTraits);

/** A box to tick. */
export const checkbox = (options: Options<typeof checkboxTraits> = {}): Checkbox =>
  make(checkboxKind, options);

/** A button that stays pressed. */
export const toggleButton = (options: Options<typeof toggleTraits> = {}): ToggleButton =>
  make(toggleKind, options);

/** A line of text; Enter is its event `submit`. */
export const text = (options: Options<typeof typed> = {}): Text => line(textKind, options);

/** A line of text that is not shown, but that the notebook's kernel reads; Enter is its event `submit`. */
export const password = (options: Options<typeof typed> = {}): Text => line(passwordKind, options);

/** Lines of text. */
export const textarea = (options: Options<typeof textareaTraits> = {}): Textarea =>
  make(textareaKind, options);

/** A number that is typed. */
export const floatText = (options: Options<typeof numberTraits> = {}): FloatText =>
  make(floatTextKind, options);

/** An integer that is typed. */
export const intText = (options: Options<typeof intTraits> = {}): IntText => make(intTextKind, options);

function line(kind: Kind<typeof typed>, options: Options<typeof typed>): Text {
  return new TextWidget(kind, options) as TextWidget & Text;
}

const { descriptionAllowHtml: _, ...labelled } = described;
const buttonTraits = {
  ...labelled,
  disabled: boolean(false),
  buttonStyle: buttonMoods,
  /** Name of a Font Awesome icon, without its `fa-`. */
  icon: string(),
  style: styleTrait("ButtonStyleModel", ["buttonColor", ...LETTERS]),
};
/** Events of a button. */
export interface Clicked {
  /** It was pressed; the number of times so far. */
  click: number;
}

/** A button. */
export type Button = Live<typeof buttonTraits, Clicked>;

class ButtonWidget extends Widget<typeof buttonTraits, Clicked> {
  #clicks = 0;

  protected override receivedCustom(content: unknown): void {
    if (Object(content)["event"] === "click") this.emit("click", ++this.#clicks);
  }
}

const buttonKind = control("Button", buttonTraits);

/**
 * A button. Every press is told, also while an earlier one is still worked on.
 *
 * @example button("train").on("click", () => train(network));
 */
export function button(description: string | Options<typeof buttonTraits> = {}): Button {
  const options = typeof description === "string" ? { description } : description;
  return new ButtonWidget(buttonKind, options) as ButtonWidget & Button;
}
