/** A block's operators, the main path straight down and the others next to it (paper, Figure 4). */
import { type BlockGraph, blockGraph, labelOf, type Unit } from "./block-graph.js";
import { drawings } from "./operators.js";
import { type Part, type Structure, shapeText } from "./structure.js";
import { box, type Drawn, fills, joining, soft, TITLE, text, textWidth, wire } from "./svg.js";

/**
 * @param repeats whether the blocks after it are the same
 * @param heading the text above it; default its stage and number
 */
export function drawBlock(block: Part, repeats: boolean, { shapes }: Structure, heading?: string): Drawn {
  const graph = blockGraph(block, shapes);
  const units = [...graph.main, ...graph.lanes.flatMap(lane => lane.units)];
  const [stage, number] = block.name.split(".").map(part => part.replace(/^\D+/, ""));
  const title = heading ?? `stage ${stage}, block ${number}${repeats ? " and following" : ""}`;
  const boxWidth = Math.max(
    110,
    ...units.flatMap(unit => labelOf(unit).map(line => textWidth(line, 11.5) + 16)),
  );
  const centre = boxWidth / 2;
  const yOf = (rank: number) => TITLE + 54 + rank * 66;
  const elements = [
    text(0, 14, title, { anchor: "start", bold: true, size: 13 }),
    text(centre, TITLE + 6, shapeText(block.input), { colour: soft, size: 10.5 }),
  ];
  let at: Unit | undefined;
  for (const unit of graph.main) {
    const top = at ? yOf(at.rank) + heightOf(at) / 2 : TITLE + 10;
    elements.push(
      wire([
        [centre, top],
        [centre, yOf(unit.rank) - heightOf(unit) / 2],
      ]),
      ...drawUnit(unit, centre, yOf(unit.rank), boxWidth, unit !== graph.main.at(-1)),
    );
    at = unit;
  }
  const bottom = at ? yOf(at.rank) + heightOf(at) / 2 : TITLE + 10;
  elements.push(
    wire([
      [centre, bottom],
      [centre, bottom + 24],
    ]),
    text(centre, bottom + 38, shapeText(block.output), { colour: soft, size: 10.5 }),
  );
  const right = drawLanes(graph, { elements, centre, boxWidth, yOf });
  return { elements, width: Math.max(right, textWidth(title, 13.5)), height: bottom + 44 };
}

const heightOf = (unit: Unit): number => (labelOf(unit).length > 1 ? 36 : 24);

function drawUnit(unit: Unit, x: number, y: number, width: number, withShape = true): string[] {
  const lines = labelOf(unit);
  const { box: kind } = drawings[unit.layers[0].op];
  const joins = kind === "join";
  const style =
    kind === "weights" ? {} : { fill: joins ? fills.joins : fills.other, stroke: joins ? joining : soft };
  const shape =
    joins || !withShape
      ? []
      : [
          text(x + 6, y + heightOf(unit) / 2 + 12, shapeText(unit.shape), {
            anchor: "start",
            colour: soft,
            size: 10,
          }),
        ];
  return [
    box(x, y, lines.length > 1 ? width : Math.min(width, textWidth(lines[0], 12) + 28), heightOf(unit), {
      ...style,
      radius: joins ? 12 : 4,
    }),
    ...lines.map((line, i) =>
      text(x, y + 4 + (lines.length > 1 ? 15 * i - 7.5 : 0), line, { size: i === 0 ? 12 : 11 }),
    ),
    ...shape,
  ];
}

/** Where a block's graph is drawn. */
interface Place {
  readonly elements: string[];
  readonly centre: number;
  readonly boxWidth: number;
  readonly yOf: (rank: number) => number;
}

/** The lanes next to the main path; returns where the last one ends. */
function drawLanes({ lanes }: BlockGraph, { elements, centre, boxWidth, yOf }: Place): number {
  const columns = Math.max(-1, ...lanes.map(lane => lane.column)) + 1;
  const lefts: number[] = [centre + boxWidth / 2 + 18];
  const widths = Array.from({ length: columns }, (_, column) =>
    lanes.some(lane => lane.column === column && lane.units.length > 0) ? boxWidth : 12,
  );
  for (const [i, width] of widths.entries()) lefts.push(lefts[i] + width + 18);
  for (const { from, to, units, column } of lanes) {
    const x = lefts[column] + widths[column] / 2;
    // It leaves the main path below its source, and enters its join from the side.
    const start = from ? yOf(from.rank) + heightOf(from) / 2 + 20 : TITLE + 18;
    const stops = units.map(unit => [
      yOf(unit.rank) - heightOf(unit) / 2,
      yOf(unit.rank) + heightOf(unit) / 2,
    ]);
    const joinWidth = Math.min(boxWidth, textWidth(labelOf(to)[0], 12) + 28);
    const end = yOf(to.rank);
    let points: [number, number][] = [
      [centre, start],
      [x, start],
    ];
    for (const [top, bottom] of stops) {
      elements.push(wire([...points, [x, top]]));
      points = [[x, bottom]];
    }
    elements.push(wire([...points, [x, end], [centre + joinWidth / 2, end]]));
    for (const unit of units) elements.push(...drawUnit(unit, x, yOf(unit.rank), boxWidth));
  }
  return columns > 0 ? lefts[columns] - 18 : boxWidth;
}
