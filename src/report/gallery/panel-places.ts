/**
 * Where the panels of a figure lie, so that a page for phones can set them one below the other: each with its title, its
 * tick labels and the legend below it.
 */
import { linesOf } from "../../figures/panels/fit-text.js";
import type { PlotlyObject } from "../../figures/index.js";
import type { StoredFigure } from "../pictures.js";

/** A rectangle of the figure, CSS pixels from its top left corner. */
export type PanelPlace = readonly [left: number, top: number, width: number, height: number];

type Domain = readonly [low: number, high: number];

/** Left of a panel: tick labels and an axis title. */
const BEFORE = 74;
/** Right of a panel: half of its last tick's label, which the next one's place must not begin with. */
const AFTER = 11;
/** Above a panel: what a tick label or a marker reaches beyond it, and the height of a line of its title. */
const ABOVE = 8;
const TITLE_LINE = 18;

/**
 * The panels in reading order, or undefined for a figure that is one panel or no grid of them, as are panels that lie
 * upon each other.
 */
export function panelPlaces({ layout }: StoredFigure): PanelPlace[] | undefined {
  const margin = Object(layout.margin) as Record<"l" | "r" | "t" | "b", unknown>;
  const [l, r, t, b] = [margin.l, margin.r, margin.t, margin.b].map(Number);
  const inner = { width: layout.width - l - r, height: layout.height - t - b };
  if (!(inner.width > 0 && inner.height > 0)) return undefined;
  const panels = Object.keys(layout)
    .flatMap(key => /^xaxis(\d*)$/.exec(key)?.[1] ?? [])
    .map(suffix => {
      const x = domainOf(layout[`xaxis${suffix}`]);
      const y = domainOf(layout[`yaxis${suffix}`]);
      return x && y && { x, y, lines: titleLines(layout.annotations, suffix) };
    });
  if (panels.length < 2 || panels.includes(undefined)) return undefined;
  const known = panels.map(panel => panel!);
  const heights = inOrder(known.map(({ y }) => y)).toReversed();
  if (!areApart(heights.toReversed())) return undefined;
  // Rows may have panels of other widths than their neighbours'.
  const rows = heights.map(([low]) => known.filter(({ y }) => Math.abs(y[0] - low) < 1e-6));
  const columns = rows.map(row => inOrder(row.map(({ x }) => x)));
  if (columns.some((some, i) => some.length < rows[i].length || !areApart(some))) return undefined;
  const top = rows.map((row, i) => {
    const above = TITLE_LINE * Math.max(...row.map(({ lines }) => lines)) + ABOVE;
    return Math.max(0, t + (1 - heights[i][1]) * inner.height - above);
  });
  return rows.flatMap((_, i) => {
    const left = columns[i].map(([low], k) =>
      k === 0 ? 0 : l + Math.max(low * inner.width - BEFORE, columns[i][k - 1][1] * inner.width + AFTER),
    );
    return left.flatMap((from, k): PanelPlace[] => {
      const place = [
        from,
        top[i],
        (left[k + 1] ?? layout.width) - from,
        (top[i + 1] ?? layout.height) - top[i],
      ];
      return place.every(length => length >= 0) ? [place.map(Math.round) as unknown as PanelPlace] : [];
    });
  });
}

function domainOf(axis: unknown): Domain | undefined {
  const { domain } = Object(axis) as { domain?: unknown };
  const isDomain = Array.isArray(domain) && domain.length === 2 && domain.every(Number.isFinite);
  return isDomain ? (domain as unknown as Domain) : undefined;
}

/** Domains that differ, from low to high. */
const inOrder = (domains: readonly Domain[]): Domain[] =>
  [...new Map(domains.map(domain => [domain[0].toFixed(6), domain])).values()].toSorted(
    (a, b) => a[0] - b[0],
  );

const areApart = (domains: readonly Domain[]): boolean =>
  domains.slice(1).every((domain, i) => domain[0] >= domains[i][1] - 1e-9);

/** How many lines the words above a panel have. */
function titleLines(annotations: unknown, suffix: string): number {
  const all = Array.isArray(annotations) ? (annotations as readonly PlotlyObject[]) : [];
  const lines = all
    .filter(({ yref, y, text }) => yref === `y${suffix} domain` && y === 1 && typeof text === "string")
    .map(({ text }) => linesOf(text as string));
  return Math.max(0, ...lines);
}
