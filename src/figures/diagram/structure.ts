/**
 * A network's structure, read off its layers' names: stem, stages of blocks, head (paper, Figure 3). Works for any
 * network whose layers are called `<part>.<operator>` or `<stage>.<block>.<operator>`.
 */
import type { Layer, Network } from "../../networks/network.js";
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
}

export interface Structure {
  readonly sections: readonly Section[];
  readonly shapes: ReadonlyMap<string, Shape>;
  readonly image: Shape;
}

/** @throws NetworkError if the network is not well formed */
export function structureOf(network: Network, resolution: number): Structure {
  const shapes = inferShapes(network, resolution);
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
    if (rest.length > 1) {
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
  return { sections, shapes, image };
}

export const shapeText = ({ channels, height, width }: Shape): string => `${channels} × ${height} × ${width}`;
