/**
 * A network's structure, read off its layers' names: stem, stages of blocks, head (paper, Figure 3). Works for any
 * network whose layers are called `<part>.<operator>` or `<stage>.<block>.<operator>`; cells and layers in a row,
 * `cell3.…` and `layer3.…`, are together while they keep the shape.
 */
import { type Layer, type Network, withoutAuxiliary } from "../../networks/network.js";
import { inferShapes, type Shape } from "../../networks/shapes.js";

/** Layers that belong together, with the shapes that enter and leave. */
export interface Part {
  readonly name: string;
  readonly layers: Layer[];
  readonly input: Shape;
  /** Shape of the last layer. */
  output: Shape;
}

/** A part, or a stage of several blocks. */
export interface Section extends Part {
  readonly blocks: Part[];
  /** Of cells or layers in a row, which its blocks are: what they are, and the number of the first. */
  readonly row?: { readonly of: "cell" | "layer"; readonly first: number };
}

const ROW = /^(cell|layer)(\d+)$/;

export interface Structure {
  readonly sections: readonly Section[];
  readonly shapes: ReadonlyMap<string, Shape>;
  readonly image: Shape;
}

/** @throws NetworkError if the network is not well formed */
export function structureOf(network: Network, resolution: number): Structure {
  const shapes = inferShapes(withoutAuxiliary(network), resolution);
  const image: Shape = { channels: network.inputChannels, height: resolution, width: resolution };
  const sections: Section[] = [];
  let before = image;
  for (const layer of network.layers) {
    const [section, ...rest] = layer.name.split(".");
    const output = shapes.get(layer.name)!;
    let current = sections.at(-1);
    if (current?.name !== section) {
      current = { name: section, layers: [], input: before, output, blocks: [] };
      sections.push(current);
    }
    current.layers.push(layer);
    if (rest.length > 1 && !ROW.test(section)) {
      const name = `${section}.${rest[0]}`;
      let block = current.blocks.at(-1);
      if (block?.name !== name) {
        block = { name, layers: [], input: before, output };
        current.blocks.push(block);
      }
      block.layers.push(layer);
      block.output = output;
    }
    current.output = output;
    before = output;
  }
  return { sections: inRows(sections), shapes, image };
}

/** Whether a part makes maps smaller. */
export const isReduction = ({ input, output }: Pick<Part, "input" | "output">): boolean =>
  output.height < input.height;

/** Cells, or layers, that follow each other and give one shape as one section; one that reduces by itself. */
function inRows(sections: readonly Section[]): Section[] {
  const together: Section[] = [];
  for (const section of sections) {
    const [, of, number] = ROW.exec(section.name) ?? [];
    if (of === undefined) {
      together.push(section);
      continue;
    }
    const before = together.at(-1);
    const goesOn = before?.row?.of === of && !isReduction(before) && !isReduction(section);
    if (goesOn && shapeText(before.output) === shapeText(section.output)) {
      before.layers.push(...section.layers);
      before.blocks.push(section);
      continue;
    }
    const row = { of: of as "cell" | "layer", first: Number(number) };
    together.push({ ...section, layers: [...section.layers], blocks: [section], row });
  }
  return together;
}

export const shapeText = ({ channels, height, width }: Shape): string => `${channels} × ${height} × ${width}`;
