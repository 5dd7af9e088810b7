import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { shippedPopulation, shippedPopulations } from "netspace";

const main = fileURLToPath(new URL("../../src/cli/main.js", import.meta.url));
const shipped = shippedPopulations();
const here = shipped.includes("RegNetX") && shipped.includes("AnyNetXA");
const options = { skip: here ? false : "needs data/populations" };

let folder = "";
before(() => {
  folder = mkdtempSync(join(tmpdir(), "netspace-report-"));
});
after(() => rmSync(folder, { recursive: true, force: true }));

const netspace = (...args: string[]) =>
  spawnSync(process.execPath, [main, "sweep", ...args], { encoding: "utf8" });

interface DrawnFigure {
  readonly data: { x?: number[]; y?: number[] }[];
  readonly layout: Readonly<Record<string, { title?: { text: string } }>>;
}

/** The figures that a page draws, by what its script is given. */
const figuresOf = (html: string) =>
  [...html.matchAll(/<script type="application\/json">(.*)<\/script>/g)].map(
    ([, json]) => JSON.parse(json) as DrawnFigure,
  );

test("a sweep's page has errors, varying parameters, complexity, curves and diagrams", options, async () => {
  const file = join(folder, "RegNetX.html");
  const { status, stderr } = netspace("report", "RegNetX", "--out", file);
  assert.equal(status, 0, stderr);
  const html = readFileSync(file, "utf8");
  const population = await shippedPopulation("RegNetX");
  const figures = figuresOf(html);
  const titles = figures.flatMap(({ layout }) =>
    Object.entries(layout)
      .filter(([key]) => key.startsWith("xaxis"))
      .map(([, axis]) => axis.title?.text),
  );
  const expected = [
    "error (%)",
    "networks trained",
    "depth (blocks)",
    "w_m: width multiplier",
    "b: bottleneck ratio",
    "flops (M)",
    "params (k)",
    "acts (k)",
    "epoch",
    "block index",
  ];
  for (const title of expected) assert.ok(titles.includes(title), `${title} is on the page`);
  // A RegNet has one bottleneck ratio; its stages' need no panels of their own.
  assert.ok(!titles.some(title => title?.includes("bottleneck ratio of stage")));
  assert.deepEqual(figures[0].data[1].y, population.errors);
  assert.ok(html.includes(`least ${Math.min(...population.errors).toFixed(1)} %`));
  const markup = html.replace(/<script[^>]*>[\s\S]*?<\/script>/g, "");
  assert.equal(markup.match(/<svg[ >]/g)?.length, 2, "the diagrams of the best and the worst network");
  assert.doesNotMatch(markup, /(src|href)="(?!data:|#)/, "the page loads nothing");
});

test("netspace sweep compare draws the EDFs and says what the data support", options, () => {
  const file = join(folder, "compare.html");
  const { status, stdout, stderr } = netspace("compare", "AnyNetXA", "RegNetX", "--out", file);
  assert.equal(status, 0, stderr);
  assert.match(
    stdout,
    /^RegNetX is better than AnyNetXA on average, with no difference supported in the lower tail \(/m,
  );
  assert.match(
    stdout,
    /RegNetX minus AnyNetXA: mean −12\.6 \[.*failures \(85 % and more\): RegNetX 0 %, AnyNetXA 9 %/,
  );
  const [figure] = figuresOf(readFileSync(file, "utf8"));
  assert.equal(figure.data.length, 2);
  const json = netspace("compare", "AnyNetXA", "RegNetX", "--json");
  const { pairs } = JSON.parse(json.stdout) as {
    pairs: { a: string; b: string; p: number; adjusted: number }[];
  };
  assert.deepEqual(
    pairs.map(({ a, b }) => [a, b]),
    [["AnyNetXA", "RegNetX"]],
  );
  assert.equal(pairs[0].p, pairs[0].adjusted);
});

test("a population that does not exist is refused with those that do", options, () => {
  const { status, stderr } = netspace("report", "NoNetX");
  assert.equal(status, 1);
  assert.match(
    stderr,
    /^netspace: sweep report: expected a sweep.s folder, a file, or a shipped population \(.*AnyNetXA.*\), got NoNetX/,
  );
});
