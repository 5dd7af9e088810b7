/**
 * Structure diagrams (paper, Figures 3 and 4): a network as stem, stages and head; a stage as its blocks; the first
 * block of a stage and the ones that follow as their operators, with every shape. Drawn from the network's layers
 * alone, so that a block from a notebook cell has its picture too.
 */
import type { Network } from "../networks/network.js";
import { drawBlock } from "./diagram/draw-block.js";
import { drawSections, sectionLabel } from "./diagram/draw-sections.js";
import { type Structure, shapeText, structureOf } from "./diagram/structure.js";
import { picture } from "./diagram/svg.js";

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

function words(network: Network, { sections, image }: Structure): string {
  const lines = sections.map(section => {
    const [title, detail] = sectionLabel(section);
    return `  ${title}: ${detail} → ${shapeText(section.output)}`;
  });
  return [`${network.name}, image ${shapeText(image)}`, ...lines].join("\n");
}
