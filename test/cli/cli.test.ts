import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";

const main = fileURLToPath(new URL("../../src/cli/main.js", import.meta.url));

const folder = mkdtempSync(join(tmpdir(), "netspace-cli-"));
after(() => rmSync(folder, { recursive: true, force: true }));

function netspace(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], { encoding: "utf8" });
  return { status, stdout, stderr };
}

test("netspace complexity prints the integers of a published network as JSON", () => {
  const { status, stdout } = netspace("complexity", "RegNetX-200MF", "--json");
  assert.equal(status, 0);
  assert.equal(
    stdout,
    '{"model":"RegNetX-200MF","resolution":224,"params":2684792,"flops":199040872,"acts":2164056}\n',
  );
});

test("netspace complexity counts at the resolution asked for", () => {
  const { stdout } = netspace("complexity", "EfficientNet-B1", "--json");
  assert.equal(JSON.parse(stdout).resolution, 240);
  const small = JSON.parse(netspace("complexity", "EfficientNet-B1", "--resolution", "128", "--json").stdout);
  assert.ok(small.flops < JSON.parse(stdout).flops && small.params === JSON.parse(stdout).params);
});

test("netspace complexity leaves out the flops of padding where it is asked to", () => {
  const effective = JSON.parse(netspace("complexity", "ResNet-50", "--taps", "inside", "--json").stdout);
  const all = JSON.parse(netspace("complexity", "ResNet-50", "--json").stdout);
  // See test/networks/taps_reference.py.
  assert.deepEqual(effective, { ...all, flops: 3948252904 });
  const [, stem] = netspace("complexity", "ResNet-50", "--taps", "inside").stdout.split(/\nstem +/);
  // 7 × 7 taps, padding 3, stride 2: 112 outputs a side with 4, 6, then 7 and at last 5 of their taps inside.
  assert.equal(Number(stem.split(" ")[0]), 3 * 64 * (4 + 6 + 7 * 109 + 5) ** 2);
  assert.equal(netspace("complexity", "ResNet-50", "--taps", "some").status, 2);
});

test("netspace sample takes a window of effective flops", () => {
  const args = ["--n", "2", "--resolution", "32", "--effective-flops", "4e6,5e6", "--json"];
  const lines = netspace("sample", "AnyNetXA", ...args).stdout.trim();
  for (const line of lines.split("\n")) assert.ok(JSON.parse(line).flops > 4e6);
  assert.match(netspace("sample", "AnyNetXA", "--effective-flops", "5e6").stderr, /Expected LOW,HIGH/);
});

test("netspace sample prints one object a line, the same for the same seed, inside the window", () => {
  const args = ["sample", "AnyNetXE", "--n", "3", "--seed", "1", "--flops", "360e6,400e6", "--json"];
  const { status, stdout } = netspace(...args);
  assert.equal(status, 0);
  const lines = stdout
    .trim()
    .split("\n")
    .map(line => JSON.parse(line));
  assert.equal(lines.length, 3);
  for (const { stages, flops, params, acts } of lines) {
    assert.deepEqual(Object.keys(stages[0]), ["depth", "width", "bottleneck", "groupWidth", "stride"]);
    assert.ok(flops >= 360e6 && flops <= 400e6 && params > 0 && acts > 0);
  }
  assert.equal(netspace(...args).stdout, stdout);
});

test("netspace sample prints a RegNet's parameters after the documented fields", () => {
  const { status, stdout } = netspace("sample", "RegNetX", "--n", "1", "--flops", "360e6,400e6", "--json");
  assert.equal(status, 0);
  const record = JSON.parse(stdout);
  assert.deepEqual(Object.keys(record), ["stages", "params", "flops", "acts", "parameters"]);
  assert.deepEqual(Object.keys(record.parameters), ["depth", "w0", "wa", "wm", "bottleneck", "groupWidth"]);
  const table = netspace("sample", "RegNetX", "--n", "1", "--flops", "360e6,400e6").stdout;
  assert.match(table, /^ *d +w0 +wa +wm +depths /);
});

test("what netspace sample prints is the same network to netspace complexity, whatever its space", () => {
  for (const space of ["RegNetX", "RegNetY", "AnyNetXE"]) {
    const { stdout } = netspace("sample", space, "--n", "1", "--json");
    const { params, flops, acts } = JSON.parse(stdout);
    for (const mark of ["", "\uFEFF"]) {
      const file = written("sampled.json", mark + stdout);
      const counted = JSON.parse(netspace("complexity", file, "--json").stdout);
      assert.deepEqual(counted, { model: file, resolution: 224, params, flops, acts }, space);
    }
  }
  const two = written("two.json", netspace("sample", "RegNetX", "--n", "2", "--json").stdout);
  assert.match(netspace("complexity", two).stderr, /it has 2 objects, one a line; take one of them/);
});

test("netspace doctor answers for each part with what it found or with what to do", () => {
  const { stdout } = netspace("doctor", "--json");
  const findings = stdout
    .trim()
    .split("\n")
    .map(line => JSON.parse(line) as { what: string; ok: boolean; found: string });
  assert.deepEqual(
    findings.map(({ what }) => what),
    ["machine", "node", "python", "jupyter", "kernelspec", "torch engine", "static pictures"],
  );
  assert.equal(findings.at(-1)?.found, "drawn without a browser");
  for (const { ok, found } of findings) {
    assert.ok(ok || /install|run "|expected/.test(found), found);
    assert.doesNotMatch(found, /spawnSync|bytes/);
  }
});

const root = fileURLToPath(new URL("../../..", import.meta.url));

/** A file of this text. */
function written(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

const spec = written("spec.json", '{"space":"RegNetX"}');
const list = written("list.json", "[]");
const twice = written("twice.json", '{"space":"RegNetX","n":5,"n":50}');
const notJson = written("broken.json", "{");
const notParquet = written("broken.parquet", "no table");
const table = written("table.csv", "error\n1\n2\n");
const plain = written("plain.csv", "flops\n1\n2\n");
const set = ["--dataset", "procedural:32"];
const wrong: [string, string[], number, RegExp][] = [
  ["an unknown command", ["smaple"], 2, /unknown command 'smaple'/],
  ["a missing argument", ["complexity"], 2, /missing required argument 'model'/],
  [
    "a window that is reversed",
    ["sample", "AnyNetXA", "--flops", "4e6,3e6"],
    2,
    /Expected LOW,HIGH with 0 ≤ LOW ≤ HIGH/,
  ],
  ["a count that is no integer", ["sample", "AnyNetXA", "--n", "many"], 2, /Expected a positive integer/],
  [
    "an unknown space",
    ["sample", "AnyNetXF"],
    1,
    /spaceByName: unknown space "AnyNetXF"; known are AnyNetXA/,
  ],
  [
    "an unknown network",
    ["complexity", "RegNetZ-1GF"],
    1,
    /unknown network "RegNetZ-1GF"; known are RegNetX-200MF/,
  ],
  ["a sweep without a folder", ["sweep", "spec.json"], 2, /required option '--out <folder>'/],
  ["a training without a dataset", ["train", "RegNetX-200MF"], 2, /required option '--dataset <set>'/],
  [
    "a training on an unknown set",
    ["train", "RegNetX-200MF", "--dataset", "mnist"],
    1,
    /dataset: expected procedural\[:RESOLUTION\].*got "mnist"/,
  ],
  [
    "a training by an unknown recipe",
    ["train", "RegNetX-200MF", "--dataset", "procedural", "--recipe", "mine"],
    1,
    /unknown recipe "mine"; known are section3/,
  ],
  [
    "a spec with a key that stands twice",
    ["sweep", twice, "--out", "x"],
    1,
    /expected each key once in an object, got "n" twice, of which only the last would be read/,
  ],
  ["a spec that is not there", ["sweep", "nowhere.json", "--out", "x"], 1, /could not read nowhere\.json/],
  [
    "a notebook that is not there",
    ["notebook", "run", "nowhere.ipynb"],
    1,
    /expected a notebook, could not read nowhere\.ipynb: ENOENT/,
  ],
  ["a report of what is no notebook", ["report", main], 1, /expected a notebook, could not read .*main\.js/],
  [
    "a folder without a sweep",
    ["analyze", join(tmpdir(), "nowhere")],
    1,
    /expected a sweep's folder, a file, or a shipped population \(.*\), got .*nowhere/,
  ],
  ["the status of no sweep", ["sweep", "status", tmpdir()], 1, /sweepStatus: expected a sweep's folder with/],
  [
    "a model that is no network",
    ["train", spec, ...set],
    1,
    /train: expected a JSON file with a network .*, got \{/,
  ],
  [
    "a model that is no JSON",
    ["train", notJson, ...set],
    1,
    /train: expected a JSON file with .*, could not read/,
  ],
  [
    "a recipe that is none",
    ["train", "RegNetX-200MF", ...set, "--recipe", list],
    1,
    /train: expected an object with a recipe's fields in .*list\.json, got \[\]/,
  ],
  [
    "weights that could not be written, before training",
    ["train", "RegNetX-200MF", ...set, "--save", join(notJson, "weights.safetensors")],
    1,
    /train: expected a file that can be written, got .*weights\.safetensors \(ENOTDIR.*\); choose another/,
  ],
  [
    "a report where there is a file",
    ["report", join(root, "notebooks", "fig02-anynetx.ipynb"), "--out", notJson],
    1,
    /report: expected a folder to write in, got .*broken\.json \(.*\); choose another/,
  ],
  [
    "a spec that is a list",
    ["sweep", list, "--out", "x"],
    1,
    /^netspace: sweep spec: expected an object, got \[\]$/m,
  ],
  [
    "a population that is no Parquet",
    ["analyze", notParquet],
    1,
    /readPopulation: expected a Parquet file, could not read .*broken\.parquet: /,
  ],
  [
    "another table",
    ["sweep", "report", table],
    1,
    /sweep report: expected a population trained by a sweep, got other data in .*table\.csv/,
  ],
  [
    "a comparison of what has no errors",
    ["sweep", "compare", table, plain],
    1,
    /sweep compare: expected a population with the columns error, got flops in .*plain\.csv/,
  ],
  [
    "a plan by what has no times",
    ["sweep", "plan", "RegNetX", "--devices", "1", "--measured", plain],
    1,
    /sweep plan: expected a population with the columns flops, acts, imagesPerSecond, got flops in .*plain\.csv/,
  ],
  [
    "an environment variable without a value",
    ["kernel", "install", "--env", "DEBUG"],
    2,
    /option '--env <name=value>' argument 'DEBUG' is invalid\. Expected NAME=VALUE/,
  ],
];
for (const [what, args, code, message] of wrong) {
  test(`netspace answers ${what} on standard error with exit code ${code}`, () => {
    const { status, stdout, stderr } = netspace(...args);
    assert.equal(status, code);
    assert.equal(stdout, "");
    assert.match(stderr, message);
    assert.doesNotMatch(stderr, /\n\s+at /, "no stack trace");
  });
}

test("a file in UTF-16, as a shell of Windows redirects into it, is read like any other", () => {
  const file = join(folder, "utf-16.json");
  const { stdout: sampled } = netspace("sample", "RegNetX", "--n", "1", "--json");
  writeFileSync(file, `\uFEFF${sampled}`, "utf16le");
  const { status, stdout } = netspace("complexity", file, "--json");
  assert.equal(status, 0);
  assert.equal(JSON.parse(stdout).flops, JSON.parse(sampled).flops);
});

test("an error that quotes a file moves no terminal's cursor, and keeps its lines", () => {
  const file = join(folder, "odd.json");
  writeFileSync(file, JSON.stringify({ family: "\u001b[2J\u009bmobile\u202e", layers: [] }));
  const { status, stderr } = netspace("complexity", file);
  assert.equal(status, 1);
  assert.match(stderr, /mobile/);
  // oxlint-disable-next-line no-control-regex
  assert.doesNotMatch(stderr, /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202e]/);
});
