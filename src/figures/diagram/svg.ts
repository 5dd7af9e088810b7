/** A few SVG elements as text, in the figures' style. */
import { escapeHtml } from "../../base/escape-html.js";
import { colours, faint, fills, ink, page, soft, svgClass } from "../style.js";

export { fills, ink, page, soft };
export const accent: string = colours[0];
/** Around what joins two paths. */
export const joining: string = colours[1];

/** A group of elements, drawn from its own top left corner, and how far it reaches. */
export interface Drawn {
  readonly elements: readonly string[];
  readonly width: number;
  readonly height: number;
}

/** Height of a group's title. */
export const TITLE = 26;

/** Width of a text in pixels, near enough to leave room for it. */
export const textWidth = (text: string, size: number): number => 0.56 * size * text.length;

export interface TextStyle {
  readonly size?: number;
  readonly colour?: string;
  readonly anchor?: "start" | "middle" | "end";
  readonly bold?: boolean;
}

export const text = (x: number, y: number, content: string, style: TextStyle = {}): string => {
  const { size = 12, colour = ink, anchor = "middle", bold = false } = style;
  const weight = bold ? ' font-weight="700"' : "";
  return `<text x="${x}" y="${y}" font-size="${size}" fill="${colour}" text-anchor="${anchor}"${weight}>${escapeHtml(content)}</text>`;
};

export interface BoxStyle {
  readonly fill?: string;
  readonly stroke?: string;
  readonly radius?: number;
  readonly dashed?: boolean;
}

/** A box around (x, y), its centre. */
export const box = (x: number, y: number, width: number, height: number, style: BoxStyle = {}): string => {
  const { fill = fills.weights, stroke = accent, radius = 4, dashed = false } = style;
  const dash = dashed ? ' stroke-dasharray="3 3"' : "";
  return `<rect x="${x - width / 2}" y="${y - height / 2}" width="${width}" height="${height}" rx="${radius}" fill="${fill}" stroke="${stroke}"${dash}/>`;
};

/**
 * A smooth line through points with an arrow head at its end, which passes each of them in one direction: to the right, or
 * down.
 */
export const curve = (
  points: readonly (readonly [number, number])[],
  { down = false, dashed = false, colour = ink } = {},
): string => {
  const round = (value: number) => Math.round(10 * value) / 10;
  const pair = (x: number, y: number) => `${round(x)} ${round(y)}`;
  const path = points.map(([x, y], i) => {
    if (i === 0) return `M${pair(x, y)}`;
    const [fromX, fromY] = points[i - 1];
    const [middleX, middleY] = [(fromX + x) / 2, (fromY + y) / 2];
    const bends = down ? [pair(fromX, middleY), pair(x, middleY)] : [pair(middleX, fromY), pair(middleX, y)];
    return `C${bends.join(" ")} ${pair(x, y)}`;
  });
  const dash = dashed ? ' stroke-dasharray="4 3"' : "";
  return `<path d="${path.join(" ")}" fill="none" stroke="${colour}"${dash} marker-end="url(#arrow)"/>`;
};

/** A line through points; with an arrow head at its end. */
export const wire = (
  points: readonly (readonly [number, number])[],
  { arrow = true, dashed = false } = {},
): string => {
  const path = points.map(([x, y], i) => `${i === 0 ? "M" : "L"}${x} ${y}`).join(" ");
  const head = arrow ? ' marker-end="url(#arrow)"' : "";
  const dash = dashed ? ' stroke-dasharray="3 3"' : "";
  return `<path d="${path}" fill="none" stroke="${dashed ? faint : ink}"${head}${dash}/>`;
};

/** A line round a corner of two, from the first of four points to the last, with an arrow head at its end. */
export const arc = (
  points: readonly (readonly [number, number])[],
  { dashed = false, colour = ink } = {},
): string => {
  const [start, ...bend] = points.map(([x, y]) => `${x} ${y}`);
  const dash = dashed ? ' stroke-dasharray="4 3"' : "";
  return `<path d="M${start} C${bend.join(" ")}" fill="none" stroke="${colour}"${dash} marker-end="url(#arrow)"/>`;
};

/** One picture of several drawings. */
export function sideBySide(panels: readonly Drawn[], title: string, description?: string): string {
  const GAP = 36;
  const elements: string[] = [];
  let x = 20;
  for (const panel of panels) {
    elements.push(`<g transform="translate(${x} 16)">`, ...panel.elements, "</g>");
    x += panel.width + GAP;
  }
  const height = Math.max(...panels.map(panel => panel.height)) + 32;
  return picture(x - GAP + 20, height, title, elements, description);
}

/**
 * The whole picture.
 *
 * @param description what it shows, in words, for those who do not see it
 */
export const picture = (
  width: number,
  height: number,
  title: string,
  elements: readonly string[],
  description?: string,
): string =>
  [
    `<svg xmlns="http://www.w3.org/2000/svg" class="${svgClass}" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="Open Sans, Helvetica, Arial, sans-serif">`,
    `<title>${escapeHtml(title)}</title>`,
    ...(description === undefined ? [] : [`<desc>${escapeHtml(description)}</desc>`]),
    '<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">' +
      `<path d="M0 0.5 L8 4 L0 7.5 z" fill="${ink}"/></marker></defs>`,
    `<rect width="${width}" height="${height}" fill="${page}"/>`,
    ...elements,
    "</svg>",
  ].join("\n");
