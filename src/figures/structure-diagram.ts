/**
 * Structure diagrams (paper, Figures 3 and 4): a network as stem, stages and head; a stage as its blocks; the first
 * block of a stage and the ones that follow as their operators, with every shape. Drawn from the network's layers
 * alone, so that a block from a notebook cell has its picture too.
 */
import type { Network } from "../networks/network.js";
import { type BlockGraph, blockGraph, labelOf, type Unit } from "./diagram/block-graph.js";
import { type Part, type Section, type Structure, shapeText, structureOf } from "./diagram/structure.js";
import { accent, box, ink, picture, soft, text, textWidth, wire } from "./diagram/svg.js";

export interface DiagramOptions {
  /** Height and width of the image, pixels. Default 224. */
  readonly resolution?: number;
  /** The stage whose blocks are drawn, from 1. Default the first that has more than one block. */
  readonly stage?: number;
}

/** A picture as SVG, with a description in words. */
export class StructureDiagram {
  readonly svg: string;
  readonly #words: string;

  constructor(svg: string, description: string) {
    this.svg = svg;
    this.#words = description;
  }
  /** The structure in words, a line a part. */
  toString(): string {
    return this.#words;
  }
  [Symbol.for("Jupyter.display")](): Record<string, string> {
    return { "image/svg+xml": this.svg, "text/plain": this.#words };
  }
}

/** A group of elements, and where it ends. */
interface Drawn {
  readonly elements: string[];
  readonly width: number;
  readonly height: number;
}

const TITLE = 26;
/** A section's row. */
const ROW = 74;
/** Blocks of a stage drawn one by one. */
const MOST_BLOCKS = 8;

/**
 * The diagram of a network.
 *
 * @throws NetworkError if the network is not well formed
 * @throws RangeError for a stage it does not have
 */
export function structureDiagram(network: Network, options: DiagramOptions = {}): StructureDiagram {
  const { resolution = 224 } = options;
  const structure = structureOf(network, resolution);
  const stages = structure.sections.filter(section => section.blocks.length > 0);
  const { stage = stages.findIndex(({ blocks }) => blocks.length > 1) + 1 || 1 } = options;
  if (stages.length > 0 && !stages[stage - 1]) {
    throw new RangeError(`structureDiagram: stage must be from 1 to ${stages.length}, got ${stage}`);
  }
  const blocks = stages[stage - 1]?.blocks ?? [];
  const shown = blocks.slice(0, 2);
  const panels = [
    drawSections(network, structure),
    ...shown.map((block, i) => drawBlock(block, i === 1 && blocks.length > 2, structure)),
  ];
  const GAP = 36;
  const elements: string[] = [];
  let x = 20;
  for (const panel of panels) {
    elements.push(`<g transform="translate(${x} 16)">`, ...panel.elements, "</g>");
    x += panel.width + GAP;
  }
  const height = Math.max(...panels.map(panel => panel.height)) + 32;
  return new StructureDiagram(
    picture(x - GAP + 20, height, network.name, elements),
    words(network, structure),
  );
}

/** The network from top to bottom, and each stage's blocks beside it. */
function drawSections(network: Network, { sections, image }: Structure): Drawn {
  const labels = sections.map(sectionLabel);
  const boxWidth = Math.max(150, ...labels.map(([, detail]) => textWidth(detail, 11) + 16));
  const [left, boxHeight] = [20 + boxWidth / 2, 40];
  const strip = left + boxWidth / 2 + 28;
  const elements = [text(0, 14, shortened(network.name), { anchor: "start", bold: true, size: 13 })];
  let y = TITLE + 16;
  elements.push(text(left, y, `image ${shapeText(image)}`, { colour: soft, size: 11 }));
  y += 6;
  let width = strip;
  for (const [i, section] of sections.entries()) {
    const centre = y + ROW - boxHeight / 2 - 12;
    elements.push(
      wire([
        [left, y],
        [left, centre - boxHeight / 2],
      ]),
    );
    if (i > 0) {
      elements.push(
        text(left + 8, (y + centre - boxHeight / 2) / 2 + 4, shapeText(section.input), {
          anchor: "start",
          colour: soft,
          size: 10.5,
        }),
      );
    }
    const [title, detail] = labels[i];
    const plain = section.blocks.length === 0;
    elements.push(
      box(left, centre, boxWidth, boxHeight, plain ? { fill: "#F2F2F2", stroke: soft } : {}),
      text(left, centre - 3, title, { bold: true }),
      text(left, centre + 12, detail, { size: 11 }),
    );
    if (!plain) {
      const row = drawBlockRow(section, strip, centre);
      elements.push(
        wire(
          [
            [left + boxWidth / 2, centre],
            [strip - 6, centre],
          ],
          { arrow: false, dashed: true },
        ),
        ...row.elements,
      );
      width = Math.max(width, row.width);
    }
    y = centre + boxHeight / 2;
  }
  elements.push(
    wire([
      [left, y],
      [left, y + 22],
    ]),
    text(left, y + 36, `${network.classes} logits`, { colour: soft, size: 11 }),
  );
  return { elements, width, height: y + 42 };
}

/** A stage's blocks in a row, the first one, which changes the shape, in full colour. */
function drawBlockRow({ blocks }: Section, left: number, y: number): Drawn {
  const [size, gap] = [22, 6];
  const all = blocks.length <= MOST_BLOCKS;
  const count = all ? blocks.length : MOST_BLOCKS - 1;
  const elements: string[] = [];
  let x = left + size / 2;
  for (let i = 0; i < count; i++) {
    const first = i === 0;
    elements.push(
      box(x, y, size, size, first ? { fill: accent } : {}),
      text(x, y + 4, `${i + 1}`, { size: 11, colour: first ? "white" : ink }),
    );
    x += size + gap;
  }
  if (!all) {
    elements.push(
      text(x, y + 4, "…"),
      box(x + size + gap, y, size, size),
      text(x + size + gap, y + 4, `${blocks.length}`, { size: 11 }),
    );
    x += 2 * (size + gap);
  }
  return { elements, width: x - size / 2 - gap, height: size };
}

function sectionLabel(section: Section): [string, string] {
  const { name, blocks, layers, input, output } = section;
  if (blocks.length > 0) {
    const number = /^s\d+$/.test(name) ? `stage ${name.slice(1)}` : name;
    const stride = Math.round(input.height / output.height);
    const plural = blocks.length === 1 ? "block" : "blocks";
    return [number, `${blocks.length} ${plural}, w ${output.channels}${stride > 1 ? `, /${stride}` : ""}`];
  }
  const detail = layers.flatMap(layer => {
    if (layer.op === "conv")
      return [
        `${layer.kernel}×${layer.kernel}${layer.stride > 1 ? ` /${layer.stride}` : ""}, w ${layer.out}`,
      ];
    if (layer.op === "maxpool") return [`pool /${layer.stride}`];
    if (layer.op === "avgpool") return ["average pool"];
    return layer.op === "linear" ? ["FC"] : [];
  });
  return [name, detail.join(", ")];
}

/** A block's operators. */
function drawBlock(block: Part, repeats: boolean, { shapes }: Structure): Drawn {
  const graph = blockGraph(block, shapes);
  const units = [...graph.main, ...graph.lanes.flatMap(lane => lane.units)];
  const [stage, number] = block.name.split(".").map(part => part.replace(/^\D+/, ""));
  const title = `stage ${stage}, block ${number}${repeats ? " and following" : ""}`;
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
  const { op } = unit.layers[0];
  const joins = op === "add" || op === "multiply";
  const style =
    op === "conv" || op === "linear"
      ? {}
      : { fill: joins ? "#FDF1E2" : "#F2F2F2", stroke: joins ? "#D55E00" : soft };
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

/** The lanes beside the main path; returns where the last one ends. */
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

const shortened = (name: string): string => (name.length > 44 ? `${name.slice(0, 43)}…` : name);

function words(network: Network, { sections, image }: Structure): string {
  const lines = sections.map(section => {
    const [title, detail] = sectionLabel(section);
    return `  ${title}: ${detail} → ${shapeText(section.output)}`;
  });
  return [`${network.name}, image ${shapeText(image)}`, ...lines].join("\n");
}
