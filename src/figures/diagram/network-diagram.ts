/**
 * Structure diagrams (paper, Figures 3 and 4): a network as stem, stages and head; a stage as its blocks; the first
 * block of a stage and the ones that follow as their operators, with every shape. Drawn from the network's layers
 * alone, so that a block from a notebook cell has its picture too.
 */
import { expectOptions } from "../../base/expect-options.js";
import { expectFields, expectList, expectText } from "../../base/expect.js";
import { anyNet } from "../../architectures/anynet/architecture.js";
import { build } from "../../architectures/build.js";
import type { Block, Stage } from "../../architectures/anynet/block.js";
import type { Network } from "../../networks/network.js";
import { kernelText } from "../../networks/window.js";
import { requireNetwork } from "../../networks/shapes.js";
import { drawBlock } from "./draw-block.js";
import { drawSections, sectionLabel } from "./draw-sections.js";
import { StructureDiagram } from "./structure-diagram.js";
import { type Structure, shapeText, structureOf } from "./structure.js";
import { sideBySide } from "./svg.js";

export interface DiagramOptions {
  /** Height and width of the image, pixels. Default 224. */
  readonly resolution?: number;
  /** The stage whose blocks are drawn, from 1. Default the first that has more than one block. */
  readonly stage?: number;
}

/**
 * The diagram of a network.
 *
 * @throws NetworkError if the network is not well formed
 * @throws RangeError for a stage it does not have
 * @example
 * ```ts
 * const diagram = structureDiagram(build(zoo("RegNetX-200MF").architecture));
 * String(diagram).split("\n")[1].trim(); // => "stem: 3×3 /2, w 32 → 32 × 112 × 112"
 * ```
 */
export function structureDiagram(network: Network, options: DiagramOptions = {}): StructureDiagram {
  expectOptions("structureDiagram", options, { resolution: "number?", stage: "number?" });
  requireNetwork("structureDiagram", network);
  expectText("structureDiagram", "the network's name", network.name);
  const { resolution = 224 } = options;
  const structure = structureOf(network, resolution);
  // A cell's picture is `cellDiagram`'s; as a block, it would be lanes without end.
  const stages = structure.sections.filter(
    ({ blocks, row }) => blocks.length > 0 && !row && !hasCells(blocks),
  );
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
  return new StructureDiagram(sideBySide(panels, network.name), words(network, structure));
}

/** What the blocks of `blockDiagrams` are parts of. */
export type BlockDiagramStage = Pick<Stage, "width" | "bottleneck" | "groupWidth">;

/**
 * Some kinds of block side by side (paper, Figure 23): each as the second block of a stage, which keeps the shape.
 *
 * @param stage width, bottleneck ratio and group width of all of them; a block ignores what it has no use for
 * @param resolution height and width of the stage's feature maps, pixels
 * @example
 * ```ts
 * const stage = { width: 64, bottleneck: 1, groupWidth: 16, stride: 2, inputWidth: 32 };
 * blockDiagrams([X, Y], stage).svg.startsWith("<svg"); // => true
 * ```
 */
export function blockDiagrams(
  kinds: readonly Block[],
  stage: BlockDiagramStage,
  resolution = 28,
): StructureDiagram {
  expectList("blockDiagrams", "blocks", kinds, { name: "text", build: "function" });
  expectFields("blockDiagrams", "the stage", stage, {
    width: "number",
    bottleneck: "number",
    groupWidth: "number",
  });
  const drawn = kinds.map(block => {
    const stages = [{ ...stage, depth: 2, stride: 1 }];
    const network = build(anyNet(stages, { block, stem: { kind: "cifar", width: stage.width } }));
    const structure = structureOf(network, resolution);
    const part = structure.sections.find(section => section.blocks.length > 0)!.blocks[1];
    return {
      name: `${block.name} block`,
      drawing: drawBlock(part, false, structure, `${block.name} block`),
      part,
    };
  });
  const { width, bottleneck, groupWidth } = stage;
  const title = `blocks of width ${width}, b = ${bottleneck}, g = ${groupWidth}`;
  const lines = drawn.map(({ name, part }) => {
    const units = part.layers.filter(layer => layer.op === "conv" || layer.op === "add");
    const said = units.map(layer =>
      layer.op === "conv"
        ? `${kernelText(layer.kernel)} conv ${layer.in} → ${layer.out}${layer.groups > 1 ? `, ${layer.groups} groups` : ""}`
        : "residual sum",
    );
    return `  ${name}: ${said.join(", ")}`;
  });
  return new StructureDiagram(
    sideBySide(
      drawn.map(({ drawing }) => drawing),
      title,
    ),
    [title, ...lines].join("\n"),
  );
}

/** Whether its blocks are cells, whose layers have blocks of their own. */
const hasCells = (blocks: Structure["sections"][number]["blocks"]): boolean =>
  blocks.some(({ name }) => /\.cell\d+$/.test(name));

function words(network: Network, { sections, image }: Structure): string {
  const lines = sections.map(section => {
    const [title, detail] = sectionLabel(section);
    return `  ${title}: ${detail} → ${shapeText(section.output)}`;
  });
  return [`${network.name}, image ${shapeText(image)}`, ...lines].join("\n");
}
