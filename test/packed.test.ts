/**
 * The package as users have it: one tarball that brings the kernel along, unpacked where there is nothing but what its
 * package.json asks for, without network and without install scripts.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, realpathSync } from "node:fs";
import path from "node:path";
import { before, describe, test } from "node:test";
import { Client, environmentOf, withoutJupyter } from "../kernel/test/support/client.js";
import { type Packed, packed } from "../kernel/test/support/packed.js";
import { temporaryFolder } from "../kernel/test/support/temporary-folder.js";
import { packageRoot } from "../src/base/node/paths.js";

const parent = realpathSync(temporaryFolder());
const [empty, prefix, work] = ["empty", "prefix", "work"].map(name => path.join(parent, name)) as [
  string,
  string,
  string,
];
let netspace: Packed;
const run = (...args: string[]) =>
  spawnSync(process.execPath, args, {
    encoding: "utf8",
    cwd: empty,
    env: { ...process.env, JUPYTER_DATA_DIR: "" },
  });

before(() => {
  mkdirSync(empty);
  mkdirSync(work);
  netspace = packed(packageRoot, empty);
});

describe("the package, packed and unpacked", () => {
  test("holds the kernel's code and no tests", () => {
    for (const file of [
      "dist/kernel/main.js",
      "dist/kernel/install.js",
      "dist/src/cli/main.js",
      "data/claims.json",
    ]) {
      assert.ok(netspace.files.includes(file), file);
    }
    assert.deepEqual(
      netspace.files.filter(file => /(^|\/)test\/|^kernel\/|\.tsbuildinfo$/.test(file)),
      [],
    );
  });

  test("each of its entries is imported, and the command counts", () => {
    const { exports } = JSON.parse(readFileSync(path.join(netspace.folder, "package.json"), "utf8")) as {
      exports: Record<string, unknown>;
    };
    const entries = Object.keys(exports).filter(each => !each.endsWith(".json"));
    const source = entries
      .map(entry => `console.log(Object.keys(await import("netspace${entry.slice(1)}")).length > 0);`)
      .join("\n");
    const { stdout, stderr } = run("--input-type=module", "--eval", source);
    assert.equal(stdout, "true\n".repeat(entries.length), stderr);
    const { stdout: counted } = run(
      path.join(netspace.folder, "dist/src/cli/main.js"),
      "complexity",
      "RegNetX-200MF",
      "--json",
    );
    assert.equal((JSON.parse(counted || "{}") as { flops?: number }).flops, 199_040_872);
  });

  test("its kernel runs cells that import it, in a folder that has nothing", {
    skip: withoutJupyter,
    timeout: 300_000,
  }, async () => {
    const main = path.join(netspace.folder, "dist", "src", "cli", "main.js");
    const { status, stderr } = run(main, "kernel", "install", "--prefix", prefix);
    assert.equal(status, 0, stderr);
    const spec = JSON.parse(
      readFileSync(path.join(prefix, "share", "jupyter", "kernels", "netspace", "kernel.json"), "utf8"),
    ) as { display_name: string; argv: string[] };
    assert.equal(spec.display_name, "TypeScript (netspace)");
    // The Node that runs cells may be the one that the set-up put into the repository.
    const [, ...own] = spec.argv;
    assert.ok(
      own.every(part => !part.includes(packageRoot)),
      String(spec.argv),
    );
    const client = await Client.start(work, {}, { kernel: "netspace", env: environmentOf(prefix) });
    try {
      const { content } = (await client.request("kernel_info_request", {})).reply;
      assert.equal(content["implementation"], "netspace");
      // A cell then waits for its types, and does not run with one that is wrong or not known.
      await client.execute("%typecheck error");
      const { reply, outputs } = await client.execute(
        `import { AnyNetXA, sample } from "netspace"; import { html } from "netspace/display"; import { intSlider } from "netspace/widgets";
         import { KERNEL_NAME, type KernelspecOptions } from "netspace/kernel"; import { Display } from "netspace/display";
         const options: KernelspecOptions = { name: KERNEL_NAME }; const show: Display = display;
         show(html\`<b>\${sample(AnyNetXA, { n: 2, seed: 1 }).length + intSlider({ value: 3 }).value} \${options.name}</b>\`);`,
      );
      assert.equal(reply.content["status"], "ok", JSON.stringify(reply.content));
      const shown = outputs.find(({ type }) => type === "display_data")?.content["data"] as Record<
        string,
        string
      >;
      assert.equal(shown["text/html"], "<b>5 netspace</b>");
      const { content: failed } = (
        await client.execute('const wrong: number = sample(AnyNetXA, { n: "2" });')
      ).reply;
      assert.equal(failed["status"], "error");
      assert.match(JSON.stringify(failed["traceback"]), /not assignable/);
    } finally {
      await client.close();
    }
  });
});

test("the lock file has both packages as they are, and says of none where it comes from", () => {
  const read = (file: string) => JSON.parse(readFileSync(path.join(packageRoot, file), "utf8")) as Manifest;
  interface Manifest {
    dependencies?: object;
    devDependencies?: object;
    workspaces?: string[];
    packages?: Record<string, Manifest & { resolved?: string; link?: boolean }>;
  }
  const { packages = {} } = read("package-lock.json");
  for (const [place, file] of [
    ["", "package.json"],
    ["kernel", "kernel/package.json"],
  ] as const) {
    const { dependencies, devDependencies, workspaces } = packages[place] ?? {};
    const own = read(file);
    assert.deepEqual(
      [dependencies, devDependencies, workspaces],
      [own.dependencies, own.devDependencies, own.workspaces],
      file,
    );
  }
  const linked = Object.entries(packages).filter(([, { resolved }]) => resolved !== undefined);
  assert.deepEqual(linked, [["node_modules/typescript-jupyter-kernel", { resolved: "kernel", link: true }]]);
});
