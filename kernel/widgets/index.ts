/// <reference types="node" preserve="true" />
/**
 * `typescript-jupyter-kernel/widgets`: controls, figures and pages of them that live in a notebook, and the comms below them.
 *
 * A widget is shown like any other value: as the last line of a cell, or by `display`.
 */

export {
  anywidget,
  type Anywidget,
  type AnywidgetEvents,
  type AnywidgetOptions,
  type Command,
  type Source,
} from "./anywidget.js";
export type { CommBuffer, CommData } from "./comms/comm-message.js";
export type { Comm, CommEvents, CommExtras, CommReceived, Opened } from "./comms/comms.js";
export { type Box, accordion, grid, hbox, type Pages, tabs, vbox } from "./controls/containers.js";
export {
  type FigureEvents,
  type FigurePoint,
  type FigureSpecification,
  LiveFigure,
  liveFigure,
  type PlotlyObject,
} from "./figure.js";
export {
  button,
  type Button,
  checkbox,
  type Checkbox,
  floatText,
  type FloatText,
  intText,
  type IntText,
  password,
  text,
  type Text,
  textarea,
  type Textarea,
  toggleButton,
  type ToggleButton,
} from "./controls/inputs.js";
export {
  type Between,
  type Controllable,
  type ControlValue,
  type ControlValues,
  interact,
  type Interaction,
  type Valued,
} from "./interact.js";
export type { Layout } from "./layout.js";
export { directionalLink, link, type Link } from "./links.js";
export { openComm, registerTarget, unregisterTarget } from "./comms/open-comm.js";
export { type NotebookOutput, output, type Output } from "./controls/output.js";
export {
  type Choices,
  dropdown,
  radioButtons,
  type Selection,
  type SelectionOptions,
  selectionSlider,
  toggleButtons,
} from "./controls/selection.js";
export {
  htmlText,
  type Html,
  image,
  type Image,
  label,
  type Label,
  progressBar,
  type ProgressBar,
} from "./controls/shown.js";
export {
  type FloatLogSlider,
  floatLogSlider,
  type FloatRangeSlider,
  floatRangeSlider,
  type FloatSlider,
  floatSlider,
  type IntRangeSlider,
  intRangeSlider,
  type IntSlider,
  intSlider,
  rangeSlider,
  slider,
} from "./controls/sliders.js";
export { type AnyKindOfWidget, type Live, Widget } from "./widget.js";
