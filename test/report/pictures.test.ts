import assert from "node:assert/strict";
import { test } from "node:test";
import { blockDiagrams, blocks } from "netspace";
import { pictures } from "../../src/report/pictures.js";

const svgOf = (uri = "") => Buffer.from(uri.replace("data:image/svg+xml;base64,", ""), "base64").toString();

test("a diagram's stored SVG has its dark picture, as the diagram itself has", async () => {
  const diagram = blockDiagrams([blocks.X], { width: 16, bottleneck: 1, groupWidth: 8 });
  const found = await pictures({ "image/svg+xml": diagram.svg });
  assert.equal(svgOf(found?.light), diagram.svg);
  assert.equal(svgOf(found?.dark), diagram.dark().svg);
});

test("an SVG from elsewhere stays as it is, without a dark picture of guessed colours", async () => {
  const svg = '<svg xmlns="http://www.w3.org/2000/svg"><path fill="#222222" d="M0 0h9v9z"/></svg>';
  const found = await pictures({ "image/svg+xml": svg });
  assert.equal(svgOf(found?.light), svg);
  assert.equal(found?.dark, undefined);
});
