import assert from "node:assert/strict";
import { test } from "node:test";
import {
  blockDiagrams,
  blocks,
  build,
  cellDiagram,
  edfPanel,
  Figure,
  row,
  scatterPanel,
  structureDiagram,
  tableOf,
  zoo,
} from "netspace";
import { type ReadPdf, readPdf } from "../support/pdf.js";

const errors = [39, 41.5, 44, 52, 61];
const table = tableOf({ depth: [20, 16, 24, 8, 40], error: errors });
const figure = row(
  [
    edfPanel([{ name: "AnyNetX", errors }]),
    {
      ...scatterPanel(table, { x: "depth", y: "error" }),
      xaxis: { title: { text: "depth d<sub>1</sub> ≥ 8" } },
    },
  ],
  { title: "Two panels" },
);

/** What a page says, without the places at which it was cut. */
const words = ({ texts }: ReadPdf): string => texts.join("");

test("toPdf() is one page of the figure's size, with lines as paths and texts in fonts that are in it", async () => {
  const read = readPdf(await figure.toPdf());
  const { width, height } = figure.layout;
  // 72 points and 96 CSS pixels are an inch.
  assert.deepEqual(read.pages, [[0.75 * width, 0.75 * height]]);
  assert.equal(read.images, 0);
  // The curve, five markers, two frames of four sides, ticks and grid.
  assert.ok(read.painted > 30, `${read.painted}`);
  assert.ok(read.embedded.includes("OpenSans-Regular"), read.embedded.join());
  for (const text of ["cumulative probability", "error (%)", "Two panels", "[39.0 | 47.5] AnyNetX (n = 5)"]) {
    assert.ok(read.texts.includes(text), `${text} in ${read.texts.join(" / ")}`);
  }
  assert.match(words(read), /depth d1 ≥ 8/);
});

test("a figure gives the same PDF each time, and its dark twin the same words in other colours", async () => {
  const bytes = await figure.toPdf();
  assert.ok(bytes.equals(await figure.toPdf()));
  const dark = await figure.dark().toPdf();
  assert.ok(!bytes.equals(dark));
  assert.equal(words(readPdf(dark)), words(readPdf(bytes)));
});

test("diagrams are PDFs of their size, with every word of theirs", async () => {
  const network = build(zoo("RegNetX-200MF").architecture);
  const diagrams = [
    structureDiagram(network),
    blockDiagrams([blocks.X], { width: 16, bottleneck: 1, groupWidth: 8 }),
    cellDiagram(zoo("NASNet-A-mobile").architecture),
  ];
  for (const diagram of diagrams) {
    const read = readPdf(await diagram.toPdf());
    const [, width, height] = /width="([\d.]+)" height="([\d.]+)"/.exec(diagram.svg)!.map(Number);
    const [page] = read.pages;
    assert.ok(Math.abs(page[0] - 0.75 * width) < 0.01 && Math.abs(page[1] - 0.75 * height) < 0.01);
    const drawn = [...diagram.svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text).join("");
    assert.equal(words(read), drawn);
    assert.equal(read.images, 0);
  }
});

test("bold and italic have their own faces, characters that Open Sans lacks come from DejaVu", async () => {
  const title = { text: "<b>bold</b> <i>italic</i> wₐ → b" };
  const read = readPdf(await new Figure([], { width: 400, height: 300, title }).toPdf());
  assert.match(words(read), /bold italic wₐ → b/);
  const faces = ["OpenSans-Regular", "OpenSans-Bold", "OpenSans-Italic", "DejaVuSans"];
  assert.deepEqual(
    faces.filter(face => !read.embedded.includes(face)),
    [],
  );
});

test("what is drawn with bars, patterns, dashes, arrows and pixels has its PDF", async () => {
  const pixel = Buffer.from(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==",
    "base64",
  );
  const source = `data:image/png;base64,${pixel.toString("base64")}`;
  const drawn = new Figure(
    [
      { type: "bar", x: ["a", "b"], y: [1, 2], marker: { pattern: { shape: "/" } } },
      { type: "scatter", mode: "lines", x: ["a", "b"], y: [2, 1], line: { dash: "dashdot" } },
    ],
    {
      width: 400,
      height: 300,
      annotations: [{ x: "a", y: 1, text: "here", ax: 40, ay: -30 }],
      images: [{ source, xref: "paper", yref: "paper", x: 0, y: 1, sizex: 0.1, sizey: 0.1 }],
    },
  );
  const read = readPdf(await drawn.toPdf());
  assert.ok(read.texts.includes("here"));
  assert.ok(read.images > 0);
});

test("a PDF that is too large, or has no page, is refused by its own name", async () => {
  await assert.rejects(new Figure([], { width: 40_000, height: 40_000 }).toPdf(), {
    name: "RangeError",
    message: /^toPdf: expected a picture of at most 100 million pixels/,
  });
  await assert.rejects(new Figure([], { width: 0, height: 10 }).toPdf(), /^RangeError: toPdf: /);
});
