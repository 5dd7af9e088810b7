/** A network from top to bottom, each stage with its blocks next to it (paper, Figure 3). */
import type { Layer, Network } from "../../networks/network.js";
import { drawings } from "./operators.js";
import { isReduction, type Section, type Structure, shapeText } from "./structure.js";
import { accent, box, type Drawn, fills, ink, page, soft, TITLE, text, textWidth, wire } from "./svg.js";

/** A section's row. */
const ROW = 74;
/** Blocks of a stage drawn one by one. */
const MOST_BLOCKS = 8;

export function drawSections(network: Network, { sections, image }: Structure): Drawn {
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
      box(left, centre, boxWidth, boxHeight, plain ? { fill: fills.other, stroke: soft } : {}),
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
function drawBlockRow({ blocks, row }: Section, left: number, y: number): Drawn {
  const [size, gap] = [22, 6];
  const all = blocks.length <= MOST_BLOCKS;
  const count = all ? blocks.length : MOST_BLOCKS - 1;
  const from = row?.first ?? 1;
  const elements: string[] = [];
  let x = left + size / 2;
  for (let i = 0; i < count; i++) {
    const first = i === 0;
    elements.push(
      box(x, y, size, size, first ? { fill: accent } : {}),
      text(x, y + 4, `${from + i}`, { size: 11, colour: first ? page : ink }),
    );
    x += size + gap;
  }
  if (!all) {
    elements.push(
      text(x, y + 4, "…"),
      box(x + size + gap, y, size, size),
      text(x + size + gap, y + 4, `${from + blocks.length - 1}`, { size: 11 }),
    );
    x += 2 * (size + gap);
  }
  return { elements, width: x - size / 2 - gap, height: size };
}

/** A section's name, and what it holds. */
export function sectionLabel(section: Section): [string, string] {
  const { name, blocks, layers, input, output, row } = section;
  const stride = Math.round(input.height / output.height);
  if (row) {
    const last = row.first + blocks.length - 1;
    const title = last > row.first ? `${row.of}s ${row.first} to ${last}` : `${row.of} ${row.first}`;
    const kind = isReduction(section)
      ? "reduction"
      : blocks.length === 1
        ? "normal"
        : `normal × ${blocks.length}`;
    const detail = `w ${output.channels}${stride > 1 ? `, /${stride}` : ""}`;
    return [title, row.of === "cell" ? `${kind}, ${detail}` : detail];
  }
  if (blocks.length > 0) {
    const number = /^s\d+$/.test(name) ? `stage ${name.slice(1)}` : name;
    const plural = blocks.length === 1 ? "block" : "blocks";
    return [number, `${blocks.length} ${plural}, w ${output.channels}${stride > 1 ? `, /${stride}` : ""}`];
  }
  const detail = layers.flatMap(layer => {
    const summary = drawings[layer.op].summary as ((layer: Layer) => string) | undefined;
    return summary ? [summary(layer)] : [];
  });
  return [name, detail.join(", ")];
}

const shortened = (name: string): string => (name.length > 44 ? `${name.slice(0, 43)}…` : name);
