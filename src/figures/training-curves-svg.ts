/**
 * The curves of a training under way, drawn here as SVG: JupyterLab's Plotly renderer does not draw an output anew that
 * is updated, and a static picture takes longer to make than small networks take to learn. Sizes, colours and places are
 * the figure's, which takes the picture's place when the training has ended.
 */
import { colours, faded } from "./style.js";
import { lossCurve, type TrainingCurves } from "./training-curves.js";

/** CSS pixels, as `trainingFigure` has them. */
const WIDTH = 760;
const HEIGHT = 330;
const TOP = 68;
const BOTTOM = 275;
const PANELS = [
  [60, 368],
  [437, 745],
] as const;

const INK = "#222222";
const GRID = "#E6E6E6";

interface Curve {
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly colour: string;
  readonly width: number;
  /** Radius of a marker at each point; none unless given. */
  readonly marker?: number;
  /** In the panel's legend; not there unless given. */
  readonly name?: string;
}

/** The two panels as an SVG element. */
export function trainingSvg(curves: TrainingCurves): string {
  const { title, subtitle, totalEpochs, epochs } = curves;
  const [loss, test, train] = colours;
  const tested = epochs.filter(report => report.testError !== undefined);
  const panels = [
    panel(0, totalEpochs, "training loss (nats)", [
      { ...lossCurve(curves), colour: faded(loss, 0.4), width: 1 },
      {
        x: epochs.map(({ epoch }) => epoch - 0.5),
        y: epochs.map(({ trainLoss }) => trainLoss),
        colour: loss,
        width: 2,
        marker: 2.5,
      },
    ]),
    panel(1, totalEpochs, "error (%)", [
      {
        name: "training",
        x: epochs.map(({ epoch }) => epoch),
        y: epochs.map(({ trainError }) => trainError),
        colour: train,
        width: 2,
        marker: 3,
      },
      {
        name: "test",
        x: tested.map(({ epoch }) => epoch),
        y: tested.map(({ testError }) => testError!),
        colour: test,
        width: 2,
        marker: 3,
      },
    ]),
  ];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" style="display: block" aria-label="${escaped(`${title}, ${subtitle}`)}" font-family="Open Sans, Helvetica, Arial, sans-serif" fill="${INK}">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="white"/>`,
    text(60, 14, title, { size: 15 }),
    text(60, 34, subtitle, { size: 13 }),
    ...panels,
    "</svg>",
  ].join("");
}

function panel(index: 0 | 1, totalEpochs: number, label: string, curves: readonly Curve[]): string {
  const [left, right] = PANELS[index];
  const largest = Math.max(0, ...curves.flatMap(({ y }) => y.filter(Number.isFinite)));
  const top = largest > 0 ? largest * 1.06 : 1;
  const place = {
    x: (epoch: number) => left + ((right - left) * epoch) / totalEpochs,
    y: (value: number) => BOTTOM - ((BOTTOM - TOP) * value) / top,
  };
  const parts: string[] = [];
  const line = (x1: number, y1: number, x2: number, y2: number, colour: string) =>
    parts.push(`<path d="M${round(x1)} ${round(y1)}L${round(x2)} ${round(y2)}" stroke="${colour}"/>`);
  for (const tick of ticks(totalEpochs)) {
    const x = place.x(tick);
    line(x, TOP, x, BOTTOM, GRID);
    line(x, BOTTOM, x, BOTTOM + 5, INK);
    parts.push(text(x, BOTTOM + 16, `${tick}`, { anchor: "middle" }));
  }
  for (const tick of ticks(top)) {
    const y = place.y(tick);
    line(left, y, right, y, GRID);
    line(left - 5, y, left, y, INK);
    parts.push(text(left - 8, y, `${tick}`, { anchor: "end" }));
  }
  parts.push(
    `<rect x="${left}" y="${TOP}" width="${right - left}" height="${BOTTOM - TOP}" fill="none" stroke="${INK}"/>`,
  );
  parts.push(text((left + right) / 2, BOTTOM + 44, "epoch", { anchor: "middle", size: 15 }));
  const middle = (TOP + BOTTOM) / 2;
  const axis = left - 47;
  parts.push(
    `<g transform="rotate(-90 ${axis} ${middle})">${text(axis, middle, label, { anchor: "middle", size: 15 })}</g>`,
  );
  for (const curve of curves) parts.push(drawn(curve, place));
  const named = curves.filter(curve => curve.name !== undefined && curve.x.length > 0);
  for (const [i, { name = "", colour }] of named.entries()) {
    const y = BOTTOM - 18 - 19 * (named.length - 1 - i);
    parts.push(
      `<path d="M${left + 12} ${y}h30" stroke="${colour}" stroke-width="2"/>`,
      `<circle cx="${left + 27}" cy="${y}" r="3" fill="${colour}"/>`,
      text(left + 48, y, name, { size: 12 }),
    );
  }
  return parts.join("");
}

interface Place {
  x(epoch: number): number;
  y(value: number): number;
}

function drawn({ x, y, colour, width, marker }: Curve, place: Place): string {
  // A diverging loss leaves the panel, and then the numbers.
  const points = x
    .map((at, i) => [place.x(at), place.y(y[i])])
    .filter(point => point.every(Number.isFinite))
    .map(point => point.map(round));
  const path = points.length > 1 ? `<path d="M${points.map(p => p.join(" ")).join("L")}"/>` : "";
  const dots = marker
    ? points.map(([cx, cy]) => `<circle cx="${cx}" cy="${cy}" r="${marker}" fill="${colour}" stroke="none"/>`)
    : [];
  return `<g fill="none" stroke="${colour}" stroke-width="${width}" stroke-linejoin="round">${path}${dots.join("")}</g>`;
}

/** Round numbers from 0 to `end`, three to eight of them. */
function ticks(end: number): number[] {
  const power = 10 ** Math.floor(Math.log10(end / 2));
  const step = [1, 2, 5, 10].map(unit => unit * power).find(size => end / size <= 6) ?? 10 * power;
  return Array.from({ length: Math.floor(end / step) + 1 }, (_, i) => Number((i * step).toPrecision(12)));
}

function text(
  x: number,
  y: number,
  words: string,
  { anchor = "start", size = 13 }: { anchor?: "start" | "middle" | "end"; size?: number } = {},
): string {
  return `<text x="${round(x)}" y="${round(y)}" font-size="${size}" text-anchor="${anchor}" dominant-baseline="central" stroke="none">${escaped(words)}</text>`;
}

const round = (value: number): number => Math.round(value * 10) / 10;

const escaped = (words: string): string =>
  words.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
