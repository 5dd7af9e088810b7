/** What `import … from "netspace"` gives, and what it loads for that. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import * as nodeModule from "node:module";
import path from "node:path";
import { describe, it } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import * as all from "../src/index.js";
import * as start from "../src/start.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const here = all as Readonly<Record<string, unknown>>;
const begun = start as Readonly<Record<string, unknown>>;
const isClass = (value: unknown) => typeof value === "function" && /^class\b/.test(String(value));

describe("the root export", () => {
  it("has the names that its types say", () => {
    assert.deepEqual(Object.keys(start).sort(), Object.keys(all).sort());
  });

  it("begins with what the guides import, and has their other names from a room", () => {
    const text = readFileSync(path.join(root, "src", "index.ts"), "utf8");
    const everyday = new Set(
      [...text.matchAll(/export (?:type )?\{([^}]*)\}/g)].flatMap(([, names]) =>
        names.split(",").map(name => name.replace("type ", "").trim()),
      ),
    );
    assert.ok(everyday.size <= 50, "an everyday list is short");
    const notebooks = path.join(root, "notebooks");
    const guides = readdirSync(notebooks).filter(name => /^guide-.*\.ipynb$/.test(name));
    assert.ok(guides.length > 3, "the guides were found");
    const used = guides.flatMap(name => {
      const { cells } = JSON.parse(readFileSync(path.join(notebooks, name), "utf8")) as {
        readonly cells: readonly { readonly source: string | readonly string[] }[];
      };
      const code = cells
        .map(({ source }) => (typeof source === "string" ? source : source.join("")))
        .join("\n");
      const imports = code.matchAll(/import (?:type )?\{([^}]*)\} from "netspace"/g);
      return [...imports].flatMap(([, names]) =>
        names.split(",").flatMap(each => each.replace(/type | as .*/g, "").trim() || []),
      );
    });
    assert.deepEqual(
      [...new Set(used)].filter(name => !everyday.has(name)),
      [],
    );
  });

  it("has the rooms' own classes and values, and doors for functions alone", () => {
    const others = Object.keys(all).filter(name => here[name] !== begun[name]);
    assert.ok(others.length > 50, "there are doors");
    for (const name of others) {
      assert.ok(typeof here[name] === "function" && !isClass(here[name]), `${name} is a function`);
      assert.equal((begun[name] as () => void).name, name);
    }
  });

  it("calls the functions behind its doors", async () => {
    assert.deepEqual(start.holm([0.01, 0.04, 0.03]), all.holm([0.01, 0.04, 0.03]));
    assert.throws(() => start.edf([]), all.StatisticsError);
    assert.equal(start.row([start.edfPanel([{ name: "A", errors: [1, 2] }])]) instanceof start.Figure, true);
    await assert.rejects(start.loadDataset({ kind: "none" } as never), start.DatasetError);
    await assert.rejects(start.train("RegNetX-200MF", {} as never), RangeError);
    assert.deepEqual(start.zoo("RegNetX-200MF"), all.zoo("RegNetX-200MF"));
    const small = start.build(start.zoo("RegNetX-200MF").architecture);
    assert.deepEqual(start.withDropout(small, 0.1), all.withDropout(small, 0.1));
  });

  it("says what to do when a room is used while an import() of it is under way", () => {
    const program = `
      import { edf, randomSearch } from "netspace";
      const pending = import("netspace/statistics");
      let words = "";
      try { edf([1, 2]); } catch (error) { words = error.message; }
      await pending;
      console.log(JSON.stringify([words, edf([1, 2]).n]));`;
    const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "--eval", program], {
      cwd: root,
      encoding: "utf8",
    });
    const [words, n] = JSON.parse(stdout || "[]") as [string, number];
    assert.match(words, /^$|await the import\(\) first/, stderr);
    assert.equal(n, 2, stderr);
  });
});

/** What importing a module loads, by its own account: files of the package, and packages. */
function loadedBy(specifier: string): { files: string[]; packages: string[]; builtins: string[] } {
  const program = `
    import { registerHooks } from "node:module";
    const urls = [];
    registerHooks({ load: (url, context, next) => { urls.push(url); return next(url, context); } });
    await import(${JSON.stringify(specifier)});
    console.log(JSON.stringify(urls));`;
  const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "--eval", program], {
    cwd: root,
    encoding: "utf8",
  });
  const urls = JSON.parse(stdout || "null") as string[] | null;
  assert.ok(urls, stderr);
  const ours = pathToFileURL(path.join(root, "dist", "src")).href;
  const packages = urls.flatMap(url => /\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1] ?? []);
  return {
    files: urls.filter(url => url.startsWith(ours)).map(url => url.slice(ours.length + 1)),
    packages: [...new Set(packages)].sort(),
    builtins: urls.filter(url => url.startsWith("node:")),
  };
}

const { exports: entries } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")) as {
  readonly exports: Readonly<Record<string, { readonly default?: string }>>;
};
// The doors to the kernel alone are another package's.
const ofKernel = ["./kernel", "./display", "./widgets"];
const rooms = Object.keys(entries).filter(key => entries[key].default && !ofKernel.includes(key));

// Node 20 has no hooks by which a process sees what it loads itself.
const skip = "registerHooks" in nodeModule ? false : "needs Node ≥ 22.15";

describe("nothing that is needed only later is loaded by importing", { skip }, () => {
  // Those that make random streams, quantiles and pages; all others are for files, pictures, schemas and training.
  const light = ["pure-rand", "simple-statistics", "dompurify", "marked"];
  for (const room of rooms) {
    const name = room.replace(/^\./, "netspace");
    it(name, () => {
      const { packages, files } = loadedBy(name);
      assert.ok(files.length > 1, "its files were seen");
      assert.deepEqual(
        packages.filter(each => !light.includes(each)),
        [],
      );
    });
  }

  it("netspace: nothing that a training, a cluster, a hash or the zoo needs", () => {
    const { files, builtins } = loadedBy("netspace");
    const needed = [
      "training/engines/torch/train.js",
      "training/engines/tensorflow/run.js",
      "sweeps/cluster/slurm.js",
      "trials/runner/progress.js",
      "statistics/linear-regression.js",
      "architectures/zoo.js",
      "networks/memory.js",
    ];
    for (const file of needed) assert.ok(existsSync(path.join(root, "dist", "src", file)), file);
    assert.deepEqual(
      needed.filter(file => files.includes(file)),
      [],
    );
    // Of Node's own modules these take as long as a dozen of ours.
    assert.deepEqual(
      builtins.filter(each => ["node:crypto", "node:child_process"].includes(each)),
      [],
    );
  });

  it("netspace: no room that has a door", () => {
    const { files } = loadedBy("netspace");
    const doored = [
      "architectures",
      "networks",
      "spaces",
      "statistics",
      "tables",
      "figures",
      "training",
      "trials",
      "sweeps",
      "populations",
      "replication",
      "onnx",
    ];
    assert.deepEqual(
      files.filter(file => doored.some(room => file === `${room}/index.js`)),
      [],
    );
  });
});
