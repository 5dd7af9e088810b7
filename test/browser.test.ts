/** The rooms that need nothing of Node, bundled for a browser and run there: they say what they say here. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { withoutBrowser } from "../kernel/test/support/chromium.js";
import { answerInBrowser, bundled } from "./support/browser.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const rooms = ["networks", "architectures", "spaces", "statistics", "tables", "figures"];

/** What a page might do: sample a space, count a network, compare errors, and draw them. */
const program = `
  import { build, zoo } from "netspace/architectures";
  import { edfPanel, row, structureDiagram } from "netspace/figures";
  import { complexity, memory } from "netspace/networks";
  import { AnyNetXE, RegNetX, sample } from "netspace/spaces";
  import { bootstrap, edf, ksTest } from "netspace/statistics";
  import { tableOf } from "netspace/tables";

  const where = { flops: [360e6, 400e6] };
  const networks = [AnyNetXE, RegNetX].flatMap(space => sample(space, { n: 5, seed: 3, where }));
  const published = build(zoo("RegNetY-400MF").architecture);
  const errors = [41.2, 39.8, 44.1, 40.3, 38.9];
  const { values, fractions, ...summary } = edf(errors);
  const table = tableOf(networks.map(({ flops, params }, i) => ({ flops, params, error: errors[i % 5] })));
  globalThis.answer = (async () => JSON.parse(JSON.stringify({
    networks: networks.map(({ architecture, ...cost }) => ({ stages: architecture.stages, ...cost })),
    published: [complexity(published), memory(published, { batch: 2 })],
    edf: summary,
    test: ksTest(errors, [45.1, 43.2, 42.7, 46.0]),
    bootstrap: bootstrap(errors, xs => xs[0]),
    rows: table.filter(({ error }) => error < 41).sortBy("flops").rows,
    groups: table.groupBy("error").map(({ key, table: { length } }) => [key, length]),
    html: table[Symbol.for("Jupyter.display")]()["text/html"],
    figure: row([edfPanel([{ name: "A", errors }])]).toJSON(),
    diagram: structureDiagram(published).svg,
    refused: await Promise.all([
      table.sql("select 1"),
      row([edfPanel([{ name: "A", errors }])]).toPng(),
    ].map(asked => asked.then(() => "given", error => error.message))),
  })))();
`;

describe("in a browser", () => {
  for (const room of rooms) {
    it(`netspace/${room} is bundled without anything of Node`, async () => {
      const text = await bundled(`import * as room from "netspace/${room}"; globalThis.room = room;`);
      assert.doesNotMatch(text, /["']node:|\bcreateRequire\b|process\.(env|cwd|platform)|\bBuffer\b/);
    });
  }

  it("a room that needs Node cannot be bundled, so that the test above can fail", async () => {
    await assert.rejects(bundled('import "netspace/sweeps";'), /node:/);
  });

  it("a space is sampled, networks counted, errors compared and drawn as in Node", {
    skip: withoutBrowser,
  }, async () => {
    const { refused, ...there } = (await answerInBrowser(await bundled(program))) as Record<string, unknown>;
    const { refused: _given, ...here } = inNode(program) as Record<string, unknown>;
    assert.deepEqual(there, here);
    const [sql, png] = refused as string[];
    assert.match(sql, /^sql: expected Node.* got a browser; use filter/);
    assert.match(png, /^toPng: expected Node.* got a browser; give figure.toJSON\(\) to Plotly/);
  });
});

/** What the same program leaves here. */
function inNode(source: string): unknown {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ["--input-type=module", "--eval", `${source}; console.log(JSON.stringify(await globalThis.answer));`],
    { cwd: root, encoding: "utf8", maxBuffer: 2 ** 26 },
  );
  assert.ok(stdout, stderr);
  return JSON.parse(stdout);
}
