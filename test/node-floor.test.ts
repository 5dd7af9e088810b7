/** The library, the CLI and the kernel's installer with the Node of set-up, which may be older than the one of cells. */

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { NODE_FLOOR } from "../kernel/install/kernel-node.js";
import { packageRoot } from "../src/base/node/paths.js";

/** What `npm test` was started with; tests themselves run on the Node of cells. */
const node = process.env["NETSPACE_TEST_NODE"] ?? process.execPath;
const folder = mkdtempSync(path.join(tmpdir(), "netspace-test-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const run = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(node, args, { encoding: "utf8", cwd: packageRoot });
  return { status, stdout, stderr };
};
const inPackage = (...parts: string[]): string => path.join(packageRoot, "dist", ...parts);

describe(`with Node ${run("--version").stdout.trim()}`, () => {
  test("the library samples, counts, reads tables and draws", () => {
    const index = pathToFileURL(inPackage("src", "start.js")).href;
    const { stdout, stderr } = run(
      "--input-type=module",
      "--eval",
      `import { AnyNetXA, build, complexity, edfPanel, row, sample, shippedPopulation, zoo } from ${JSON.stringify(index)};
       const { flops } = complexity(build(zoo("RegNetX-200MF").architecture));
       const [first] = sample(AnyNetXA, { n: 1, seed: 1 });
       const { errors } = await shippedPopulation("AnyNetXA");
       const png = await row([edfPanel([{ name: "A", errors }])]).toPng();
       console.log(JSON.stringify([flops, first.flops > 0, errors.length, png.length > 1000]));`,
    );
    assert.deepEqual(JSON.parse(stdout || "null"), [199_040_872, true, 128, true], stderr);
  });

  test("the command counts", () => {
    const { stdout, stderr } = run(
      inPackage("src", "cli", "main.js"),
      "complexity",
      "RegNetX-200MF",
      "--json",
    );
    assert.equal((JSON.parse(stdout || "{}") as { flops?: number }).flops, 199_040_872, stderr);
  });

  test(`the kernel is registered with a Node ≥ ${NODE_FLOOR}, whichever registers it`, () => {
    const { status, stderr } = run(
      inPackage("src", "cli", "main.js"),
      "kernel",
      "install",
      "--prefix",
      folder,
    );
    assert.equal(status, 0, stderr);
    const spec = path.join(folder, "share", "jupyter", "kernels", "netspace", "kernel.json");
    assert.ok(existsSync(spec));
    const { argv } = JSON.parse(readFileSync(spec, "utf8")) as { argv: string[] };
    const version = spawnSync(argv[0] ?? "", ["--version"], { encoding: "utf8" }).stdout;
    assert.ok(Number.parseInt(version.slice(1), 10) >= NODE_FLOOR, version);
  });

  test("an older Node that is given the kernel says what to do", t => {
    if (Number.parseInt(run("--version").stdout.slice(1), 10) >= NODE_FLOOR)
      return t.skip("this Node is new enough");
    const { status, stderr } = run(
      inPackage("kernel", "main.js"),
      `--host=${packageRoot}`,
      path.join(folder, "connection.json"),
    );
    assert.equal(status, 1);
    assert.match(stderr, /needs Node ≥ 24, is started by v\d.*netspace kernel install/);
  });
});
