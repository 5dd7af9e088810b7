/** The library and the kernel escape by functions of their own, since neither imports the other; what they do is one. */
import assert from "node:assert/strict";
import test from "node:test";
import { escapeHtml, escapeMarkdown } from "../../kernel/display/escape.js";
import * as library from "../../src/base/escape-markdown.js";
import { escapeHtml as libraryHtml } from "../../src/base/escape-html.js";

/** Every character below U+0180 by itself, in a word, at a line's start, and texts in which several meet. */
const characters = Array.from({ length: 0x180 }, (_, code) => String.fromCharCode(code));
const texts = [
  ...characters.flatMap(c => [c, `a${c}b`, `${c} a`, `a ${c}`, `a\n${c}`, `1${c} a`]),
  "https://a.b/c_d?e=f&g#h",
  "www.a.b and me@a.b",
  "- a\n+ b\n1. c\n2) d\n=== --- ***",
  "![a](javascript:b) [x]: <y> `z` $m$ \\(n\\) ~~o~~ a|b #c _d_ e_f",
  "<script>&amp;</script> 'quoted' \"twice\"",
];

test("text for HTML is the same in both", () => {
  for (const text of texts) assert.equal(libraryHtml(text), escapeHtml(text), JSON.stringify(text));
});

test("text for Markdown is the same in both", () => {
  for (const text of texts)
    assert.equal(library.escapeMarkdown(text), escapeMarkdown(text), JSON.stringify(text));
});
