/** Equations of notebooks come into the report as MathML, whose symbols and structure are those of the LaTeX. */
import { latexHtml } from "../../src/report/equations.js";
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { JSDOM } from "jsdom";
import { cardHtml } from "../../src/report/gallery/card.js";
import { readNotebook } from "../../src/report/notebook.js";
import { startBrowser, withoutBrowser } from "../../kernel/test/support/chromium.js";

const folder = mkdtempSync(join(tmpdir(), "netspace-equations-"));
after(() => rmSync(folder, { recursive: true, force: true }));

/** The card of a notebook of words and outputs. */
async function card(markdown: string, ...outputs: Record<string, unknown>[]): Promise<string> {
  const file = join(folder, "any.ipynb");
  const cells = [
    { cell_type: "markdown", source: markdown },
    {
      cell_type: "code",
      source: "",
      outputs: outputs.map(data => ({ output_type: "display_data", data, metadata: {} })),
    },
  ];
  writeFileSync(file, JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells }));
  return cardHtml(readNotebook(file), 2);
}

const math = (html: string) => [...new JSDOM(html).window.document.querySelectorAll("math")];

test("an equation between dollar signs is one of MathML, in a line or by itself", async () => {
  const html = await card("The line $u_j = w_0 + w_a \\cdot j$, and\n\n$$w_m^{\\lfloor s_j \\rceil}$$");
  const [line, alone] = math(html);
  assert.equal(line.textContent, "uj=w0+wa⋅j");
  assert.deepEqual(
    [...line.querySelectorAll("msub")].map(({ children: [base, sub] }) => [
      base.textContent,
      sub.textContent,
    ]),
    [
      ["u", "j"],
      ["w", "0"],
      ["w", "a"],
    ],
  );
  assert.equal(line.getAttribute("display"), null);
  assert.equal(alone.getAttribute("display"), "block");
  assert.equal(alone.textContent, "wm⌊sj⌉");
  assert.doesNotMatch(new JSDOM(html).window.document.body.textContent, /\$/);
});

test("a price is a price, code is code, and what is no LaTeX stays as it is written", async () => {
  const html = await card("From $5 to $6, \\$x\\$, `$y$`, and $\\frac{$.");
  assert.equal(math(html).length, 0);
  const said = new JSDOM(html).window.document.querySelector(".words")!;
  assert.equal(said.textContent.trim(), "From $5 to $6, $x$, $y$, and $\\frac{$.");
});

test("an output of LaTeX is drawn, however its equation is delimited", async () => {
  for (const latex of [
    "x^2",
    "$x^2$",
    "$$x^2$$",
    "\\(x^2\\)",
    "\\[x^2\\]",
    "\\begin{aligned}x^2\\end{aligned}",
  ]) {
    const [drawn, ...more] = math(await card("", { "text/latex": latex, "text/plain": latex }));
    assert.equal(drawn?.textContent, "x2", latex);
    assert.equal(more.length, 0);
    const alone = /^\$\$|^\\\[|^\\begin/.test(latex);
    assert.equal(drawn.getAttribute("display"), alone ? "block" : null, latex);
  }
});

test("an equation runs and loads nothing", async () => {
  const html = await card(
    "$\\href{javascript:alert(1)}{x}$ $\\includegraphics{https://example.org/a.png}$ $\\text{<img src=x onerror=alert(1)>}$",
  );
  const { document } = new JSDOM(html).window;
  assert.equal(document.querySelectorAll("img, a[href^=javascript], [href^=javascript], script").length, 0);
});

test("symbols of claims have their subscripts, and names in code keep their underscores", async () => {
  const claim = {
    claim: "w_m = 2 is a little better than a free w_m.",
    outcome: "replicated",
    evidence: "e_fit falls, w_{i+1} ≥ w_i in nor_conv_3x3 and a_b.csv",
  };
  const mime = "application/vnd.netspace.verdict+json";
  const html = await card("", { [mime]: { outcome: "replicated", summary: "1 of 1", claims: [claim] } });
  const said = new JSDOM(html).window.document.querySelector(".claims li")!;
  const symbols = [...said.querySelectorAll("var")].map(({ textContent, children }) => [
    textContent,
    children[0].textContent,
  ]);
  assert.deepEqual(symbols, [
    ["wm", "m"],
    ["wm", "m"],
    ["efit", "fit"],
    ["wi+1", "i+1"],
    ["wi", "i"],
  ]);
  assert.match(said.textContent, /nor_conv_3x3 and a_b\.csv/);
});

test("a browser sets a subscript below its symbol", { skip: withoutBrowser }, async () => {
  const browser = await startBrowser();
  after(() => browser.close());
  const page = await browser.newPage();
  await page.setContent(await card("$w_m$"));
  await page.evaluate(() => document.querySelector("details")!.setAttribute("open", ""));
  const [symbol, index] = await page.evaluate(() =>
    [...document.querySelectorAll("math mi")].map(each => each.getBoundingClientRect().toJSON()),
  );
  assert.ok(index.bottom > symbol.bottom && index.left >= symbol.right && index.height < symbol.height);
});

test("an output of LaTeX keeps every equation, and the words among them", () => {
  const equationsIn = (html: string) => html.match(/<math/g)?.length ?? 0;
  assert.equal(equationsIn(latexHtml("$a$ and $b$")), 2);
  assert.match(latexHtml("$a$ and $b$"), / and /);
  assert.equal(equationsIn(latexHtml("$$x$$\n$$y$$")), 2);
  assert.match(latexHtml("$a$ costs $ <b>"), /costs \$ &lt;b&gt;/);
});

test("an equation is not drawn over what stands beside it", async () => {
  const html = await card(
    "$a\\quad\\raisebox{-500em}{b}$ $\\rule{9999em}{9999em}$ $\\kern-500em c$\n\n" +
      '<math><mpadded voffset="-400px" lspace="-400px"><mi>d</mi></mpadded><mspace width="100000em"/></math>',
  );
  assert.ok((html.match(/<math/g)?.length ?? 0) >= 3);
  assert.doesNotMatch(html, /-500|9999|400px|100000/);
  assert.match(html, /1em/);
});
