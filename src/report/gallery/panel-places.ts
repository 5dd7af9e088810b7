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
  const columns = inOrder(known.map(({ x }) => x));
  const rows = inOrder(known.map(({ y }) => y)).toReversed();
  if (columns.length * rows.length < known.length || !areApart(columns) || !areApart(rows.toReversed())) {
    return undefined;
  }
  const isAt = (domain: Domain, other: Domain) => Math.abs(domain[0] - other[0]) < 1e-6;
  const left = columns.map(([low], k) =>
    k === 0 ? 0 : l + Math.max(low * inner.width - BEFORE, columns[k - 1][1] * inner.width + AFTER),
  );
  const top = rows.map(domain => {
    const lines = known.filter(({ y }) => isAt(y, domain)).map(panel => panel.lines);
    return t + (1 - domain[1]) * inner.height - TITLE_LINE * Math.max(...lines) - ABOVE;
  });
  return rows.flatMap((row, i) =>
    columns.flatMap((column, k): PanelPlace[] => {
      if (!known.some(({ x, y }) => isAt(x, column) && isAt(y, row))) return [];
      const place = [
        left[k],
        Math.max(0, top[i]),
        (left[k + 1] ?? layout.width) - left[k],
        (top[i + 1] ?? layout.height) - Math.max(0, top[i]),
      ];
      return place.every(length => length >= 0) ? [place.map(Math.round) as unknown as PanelPlace] : [];
    }),
  );
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
