/**
 * A block's operators as a graph to draw (paper, Figure 4): convolution, normalisation and non-linearity in one box,
 * the main path straight down, everything else in lanes next to it.
 */
import type { Layer } from "../../networks/network.js";
import { operatorOf } from "../../networks/operators/index.js";
import { drawings } from "./operators.js";
import type { Shape } from "../../networks/shapes.js";
import type { Part } from "./structure.js";

/** One box: an operator and what follows it directly. */
export interface Unit {
  readonly layers: Layer[];
  /** Units it reads; undefined is the block's input. */
  readonly inputs: (Unit | undefined)[];
  readonly shape: Shape;
  /** Row, from 0 at the top. */
  rank: number;
}

/** A path next to the main one, from a unit (undefined: the block's input) to the unit that joins it. */
export interface Lane {
  readonly from: Unit | undefined;
  readonly to: Unit;
  readonly units: readonly Unit[];
  /** From 0, nearest to the main path. */
  column: number;
}

export interface BlockGraph {
  readonly main: readonly Unit[];
  readonly lanes: readonly Lane[];
  readonly rows: number;
}

/** The block's layers as units, in order. */
function unitsOf({ layers }: Part, shapes: ReadonlyMap<string, Shape>): Unit[] {
  const uses = new Map<string, number>();
  for (const { inputs } of layers) for (const name of inputs) uses.set(name, (uses.get(name) ?? 0) + 1);
  const units: Unit[] = [];
  const unitOf = new Map<string, Unit>();
  for (const layer of layers) {
    const [first] = layer.inputs;
    const before = unitOf.get(first);
    if (before && drawings[layer.op].follows && uses.get(first) === 1) {
      before.layers.push(layer);
      unitOf.set(layer.name, before);
      continue;
    }
    const inputs = layer.inputs.map(name => unitOf.get(name));
    const rank = Math.max(-1, ...inputs.map(unit => unit?.rank ?? -1)) + 1;
    const unit = { layers: [layer], inputs, shape: shapes.get(layer.name)!, rank };
    units.push(unit);
    unitOf.set(layer.name, unit);
  }
  return units;
}

export function blockGraph(block: Part, shapes: ReadonlyMap<string, Shape>): BlockGraph {
  const units = unitsOf(block, shapes);
  // The main path runs back from the last unit along first inputs; a residual or a gate comes second.
  const main: Unit[] = [];
  for (let unit = units.at(-1); unit; unit = unit.inputs[0]) main.unshift(unit);
  const placed = new Set(main);
  const lanes: Lane[] = [];
  for (let i = 0; i < units.length; i++) {
    const to = units[units.length - 1 - i];
    for (const input of to.inputs.slice(1)) {
      const lane: Unit[] = [];
      let from = input;
      while (from && !placed.has(from)) {
        placed.add(from);
        lane.unshift(from);
        from = from.inputs[0];
      }
      lanes.push({ from, to, units: lane, column: 0 });
    }
  }
  // Short lanes lie nearest to the main path; lanes whose rows overlap lie side by side.
  const span = ({ from, to }: Lane) => [from?.rank ?? -1, to.rank] as const;
  const length = (lane: Lane) => span(lane)[1] - span(lane)[0];
  lanes.sort((a, b) => length(a) - length(b));
  for (const [i, lane] of lanes.entries()) {
    const [top, bottom] = span(lane);
    const beside = lanes.slice(0, i).filter(other => span(other)[0] < bottom && span(other)[1] > top);
    lane.column = Math.max(-1, ...beside.map(other => other.column)) + 1;
    // In the middle of the free rows.
    const slack = bottom - top - 1 - lane.units.length;
    for (const [k, unit] of lane.units.entries()) unit.rank = top + 1 + k + Math.floor(slack / 2);
  }
  return { main, lanes, rows: Math.max(...units.map(unit => unit.rank)) + 1 };
}

/** What stands in a unit's box, in two lines at most. */
export function labelOf({ layers: [first, ...rest] }: Unit): string[] {
  const { title, detail } = operatorOf(first).label(first);
  const after = rest.map(layer => operatorOf(layer).label(layer).title);
  if (detail === undefined) return [[title, ...after].join(" · ")];
  const below = [detail, ...after].filter(text => text !== "").join(" · ");
  return below === "" ? [title] : [title, below];
}
