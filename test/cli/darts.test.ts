/** `netspace darts`: a search by a spec in a file, interrupted and resumed, and run wrongly. */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { openDarts } from "../../src/search/index.js";
import { withoutAddon } from "../support/needs.js";

const main = fileURLToPath(new URL("../../src/cli/main.js", import.meta.url));
const spec = {
  space: { base: "SmallCells" },
  preset: "small",
  dataset: { kind: "procedural", resolution: 8, train: 128, test: 16, seed: 11 },
  recipe: { epochs: 3, batch: 16, cropPadding: 1 },
};

describe("netspace darts", { skip: withoutAddon }, () => {
  const root = mkdtempSync(join(tmpdir(), "netspace-cli-darts-"));
  after(() => rmSync(root, { recursive: true, force: true }));
  let files = 0;
  const fileOf = (content: unknown): string => {
    const file = join(root, `spec-${files++}.json`);
    writeFileSync(file, JSON.stringify(content));
    return file;
  };
  const netspace = (...args: string[]) =>
    spawnSync(process.execPath, [main, ...args], { encoding: "utf8", cwd: root });

  it("is stopped by Ctrl-C with what is over kept, and goes on to the end", async () => {
    const file = fileOf(spec);
    const out = join(root, "stopped");
    const args = [main, "darts", file, "--out", out, "--threads", "1"];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "pipe"] });
    let said = "";
    child.stderr.on("data", chunk => {
      said += chunk;
      if (said.includes("epoch 1/3, loss")) child.kill("SIGINT");
    });
    const ended = await new Promise(done => child.on("exit", (_code, signal) => done(signal)));
    assert.equal(ended, "SIGINT", said);
    assert.match(said, /darts: stopped; epochs that are over are kept, run the same command to go on/);
    const kept = openDarts(out).history.length;
    assert.ok(kept >= 1 && kept < 3, `${kept}`);
    const { status, stdout, stderr } = netspace("darts", file, "--out", out, "--threads", "1", "--json");
    assert.equal(status, 0, stderr);
    const lines = stdout
      .trim()
      .split("\n")
      .map(line => JSON.parse(line) as Record<string, unknown>);
    assert.deepEqual(
      lines.map(({ epoch }) => epoch),
      [...[1, 2, 3].slice(kept), undefined],
    );
    assert.equal(lines.at(-1)!.status, "finished");
    assert.equal(openDarts(out).status, "finished");
    const again = netspace("darts", file, "--out", out);
    assert.match(
      again.stdout,
      /^SmallCells, DARTS of order 1: 3 of 3 epochs; validation error .*\n  n1\.e0: /,
    );
  });

  it("says what of a spec is wrong, and leaves no folder", () => {
    const out = join(root, "none");
    for (const [content, words] of [
      [{ ...spec, space: "SmalCells" }, /darts spec: space: /],
      [{ ...spec, orders: 2 }, /darts: unknown option "orders"; did you mean "order"\?/],
      [{ ...spec, dataset: undefined }, /dataset/],
      [{ ...spec, recipe: { batch: 500 } }, /expected at least a batch of 500 images/],
      [[], /expected an object with a space and a dataset/],
    ] as const) {
      const { status, stderr } = netspace("darts", fileOf(content), "--out", out);
      assert.equal(status, 1, stderr);
      assert.match(stderr, words);
      assert.doesNotMatch(stderr, /\n\s+at /);
    }
    assert.match(
      netspace("darts", join(root, "absent.json"), "--out", out).stderr,
      /expected a JSON file, could not read/,
    );
    assert.equal(existsSync(out), false);
  });
});
