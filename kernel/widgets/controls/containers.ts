/** Widgets made of widgets: boxes, a grid, tabs, an accordion. */

import { control, drawn, make, moods, type Options } from "./common.js";
import { expectObject } from "../expect.js";
import type { Layout } from "../layout.js";
import { integer, list, nullable, string } from "../traits.js";
import { type AnyKindOfWidget, type Kind, type Live, widgetTrait } from "../widget.js";

const boxTraits = {
  ...drawn,
  /** What is in it, in order. */
  children: list(widgetTrait<AnyKindOfWidget>("a widget")),
  boxStyle: moods,
};
const pagedTraits = {
  ...boxTraits,
  /** Names of the pages. */
  titles: list(string()),
  /** The page that is seen, from 0; null for none. */
  selectedIndex: nullable(integer(0)),
};

/** Widgets in a box. */
export type Box = Live<typeof boxTraits>;
/** Widgets of which one is seen at a time. */
export type Pages = Live<typeof pagedTraits>;

type BoxOptions = Omit<Options<typeof boxTraits>, "children">;
type PagedOptions = Omit<Options<typeof pagedTraits>, "children" | "titles">;

const boxKinds = {
  HBox: control("HBox", boxTraits),
  VBox: control("VBox", boxTraits),
  GridBox: control("GridBox", boxTraits),
};

const settle: NonNullable<Kind<typeof pagedTraits>["settle"]> = ({ children, selectedIndex }) => {
  if (selectedIndex === null || (selectedIndex >= 0 && selectedIndex < children.length)) return {};
  throw new RangeError(`pages: selectedIndex must be below ${children.length}, got ${selectedIndex}`);
};
const tabKind = control("Tab", pagedTraits, { settle });
const accordionKind = control("Accordion", pagedTraits, { settle });

/** Widgets beside each other. */
export const hbox = (children: readonly AnyKindOfWidget[], options: BoxOptions = {}): Box =>
  make(boxKinds.HBox, { ...options, children });

/** Widgets below each other. */
export const vbox = (children: readonly AnyKindOfWidget[], options: BoxOptions = {}): Box =>
  make(boxKinds.VBox, { ...options, children });

/**
 * Widgets in a grid.
 *
 * @param options `columns` of equal width, or whatever CSS grids can do in `layout`
 */
export function grid(
  children: readonly AnyKindOfWidget[],
  { columns = 2, layout, ...options }: BoxOptions & { columns?: number } = {},
): Box {
  if (!Number.isSafeInteger(columns) || columns < 1) {
    throw new RangeError(`grid: columns must be an integer of at least 1, got ${columns}`);
  }
  const own: Layout = { gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))`, gridGap: "4px 8px" };
  return make(boxKinds.GridBox, { ...options, layout: { ...own, ...layout }, children });
}

/** Widgets on tabs, by their titles; the first is seen. */
export function tabs(pages: Readonly<Record<string, AnyKindOfWidget>>, options: PagedOptions = {}): Pages {
  const { titles, children } = paged("tabs", pages);
  return make(tabKind, { selectedIndex: titles.length > 0 ? 0 : null, ...options, titles, children });
}

/** Widgets that unfold below their titles; none does at first. */
export const accordion = (
  pages: Readonly<Record<string, AnyKindOfWidget>>,
  options: PagedOptions = {},
): Pages => make(accordionKind, { ...options, ...paged("accordion", pages) });

function paged(
  by: string,
  pages: Readonly<Record<string, AnyKindOfWidget>>,
): { titles: string[]; children: AnyKindOfWidget[] } {
  expectObject(by, pages, "an object of widgets by their titles");
  return { titles: Object.keys(pages), children: Object.values(pages) };
}
