/** Specs whose space, base or block is code in a module of the user's. */
import assert from "node:assert/strict";
import { cpSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { pathToFileURL } from "node:url";
import { AnyNetXA, reviveArchitecture, sample, storeArchitecture, type SweepSpec, V } from "netspace";
import type { SpaceSpecInput } from "../../src/trials/space-spec.js";
import { spaceName } from "../../src/trials/space-spec.js";
import { checkSpec, completeSpec } from "../../src/trials/spec.js";
import { trialsOf } from "../../src/trials/trials-of.js";
import { sweepId } from "../../src/trials/trial.js";
import { ghostFiles, writeAll } from "../support/own-space.js";
import { smallSweep } from "../support/small-sweep.js";

const root = mkdtempSync(join(tmpdir(), "netspace-own-code-"));
after(() => rmSync(root, { recursive: true, force: true }));

let folders = 0;
/** A new folder with these files. */
function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = join(root, `f${folders++}`);
  writeAll(folder, files);
  return folder;
}

const specOf = (space: SpaceSpecInput, more: Partial<SweepSpec> = {}): SweepSpec => ({
  ...smallSweep,
  where: { depth: [4, 12] },
  ...more,
  space,
});
const ghost = { module: "./ghost.ts", export: "space" } as const;

async function idsIn(folder: string, space: SpaceSpecInput = ghost, more: Partial<SweepSpec> = {}) {
  const spec = await completeSpec(specOf(space, more), folder);
  return { sweep: sweepId(spec), trials: trialsOf(spec).map(({ id }) => id), spec };
}

test("a space that a module exports is sampled, with the sweep's stem and the dataset's classes", async () => {
  const { spec, trials } = await idsIn(folderOf(ghostFiles));
  assert.equal(spaceName(spec.space), "Ghost");
  assert.equal(new Set(trials).size, smallSweep.n);
  for (const trial of trialsOf(spec)) {
    const { architecture } = trial;
    assert.equal(architecture.block.name, "ghost");
    assert.deepEqual(architecture.stem, smallSweep.stem);
    assert.equal(trial.network.classes, 10);
    assert.ok(trial.network.layers.some(({ name }) => name === "s1.b1.conv_cheap"));
    assert.match(trial.source ?? "", /^[0-9a-f]{32}$/);
  }
});

test("a module's block in a space that comes with netspace, and refinements of a module's space", async () => {
  const folder = folderOf(ghostFiles);
  const block = { module: "./ghost.ts", export: "ghost" };
  const own = await idsIn(folder, { base: "AnyNetXA", block, share: ["bottleneck"] });
  assert.equal(spaceName(own.spec.space), "AnyNetXA, block ghost, share bottleneck");
  // The same settings of the same block, drawn by the same seed: only the way to name them differs.
  const networks = (spec: Parameters<typeof trialsOf>[0]) =>
    trialsOf(spec).map(({ network }) => network.layers);
  assert.deepEqual(networks(own.spec), networks((await idsIn(folder)).spec));
  const refined = await idsIn(folder, { base: ghost, fix: { bottleneck: 2 }, activation: "silu" });
  assert.equal(spaceName(refined.spec.space), "Ghost, silu, bottleneck = 2");
  for (const { architecture } of trialsOf(refined.spec)) {
    assert.ok(architecture.stages.every(({ bottleneck }) => bottleneck === 2));
  }
});

test("ids follow the text of the module and of the files it imports, not the place or the name of the file", async () => {
  const folder = folderOf(ghostFiles);
  const { sweep, trials } = await idsIn(folder);
  const moved = join(root, "somewhere else");
  cpSync(folder, moved, { recursive: true });
  renameSync(join(moved, "ghost.ts"), join(moved, "renamed.ts"));
  const module = pathToFileURL(join(moved, "renamed.ts"));
  for (const place of [module, module.href, join(moved, "renamed.ts")]) {
    const there = await idsIn(root, { ...ghost, module: place });
    assert.deepEqual([there.sweep, there.trials], [sweep, trials]);
  }
  // Line ends and a byte order mark are how an editor writes the same text.
  writeFileSync(join(moved, "renamed.ts"), `\uFEFF${ghostFiles["ghost.ts"].replaceAll("\n", "\r\n")}`);
  assert.deepEqual((await idsIn(moved, { ...ghost, module })).trials, trials);

  // A remark changes no network, and is another source all the same.
  writeFileSync(join(folder, "lib/kernel.ts"), `${ghostFiles["lib/kernel.ts"]}// Larger later.\n`);
  const changed = await idsIn(folder);
  assert.notEqual(changed.sweep, sweep);
  assert.ok(changed.trials.every(id => !trials.includes(id)));
});

test("training seeds of its own are those of the module's text", async () => {
  const own = { trainingSeed: "own" } as const;
  const seeds = async (files: Readonly<Record<string, string>>) => {
    const { spec } = await idsIn(folderOf(files), ghost, own);
    return trialsOf(spec).map(({ seed }) => seed);
  };
  const first = await seeds(ghostFiles);
  assert.deepEqual(await seeds(ghostFiles), first);
  const other = await seeds({ ...ghostFiles, "lib/kernel.ts": "export const kernel = 5;\n" });
  assert.notEqual(other[0], first[0]);
});

test("packages beside the module are part of its source; netspace is the one that runs", async () => {
  const files = {
    ...ghostFiles,
    "lib/kernel.ts":
      'import { size } from "sizes"; import { blocks, X } from "netspace";\nif (blocks.X !== X) throw new Error("another netspace");\nexport const kernel: number = size;\n',
    "node_modules/sizes/package.json":
      '{ "name": "sizes", "version": "1.0.0", "exports": "./main.js", "type": "module" }',
    "node_modules/sizes/main.js": "export const size = 3;\n",
    // Whichever is installed beside it.
    "node_modules/netspace/package.json": '{ "name": "netspace", "exports": "./main.js" }',
    "node_modules/netspace/main.js": 'throw new Error("not this one");\n',
  };
  const folder = folderOf(files);
  const { trials, spec } = await idsIn(folder);
  assert.ok(trialsOf(spec)[0].network.layers.length > 0);
  writeFileSync(join(folder, "node_modules/sizes/main.js"), "export const size = 5;\n");
  assert.notDeepEqual((await idsIn(folder)).trials, trials);
});

test("a module is loaded once however many sweeps ask for it at once, and may await", async () => {
  const awaiting = {
    ...ghostFiles,
    "lib/kernel.ts": "export const kernel: number = await Promise.resolve(3);\n",
  };
  const folder = folderOf(awaiting);
  const [a, b] = await Promise.all([idsIn(folder), idsIn(folder)]);
  assert.deepEqual(a.trials, b.trials);
});

test("a spec with the content of its source means that source and no other", async () => {
  const folder = folderOf(ghostFiles);
  const { spec } = await idsIn(folder);
  const { content } = spec.space as { content: string };
  assert.equal((await idsIn(folder, { ...ghost, content })).sweep, sweepId(spec));
  writeFileSync(join(folder, "lib/kernel.ts"), "export const kernel = 7;\n");
  await assert.rejects(completeSpec(specOf({ ...ghost, content }), folder), {
    name: "SpecError",
    message:
      /^sweep spec: space: expected the source with the content that the spec names, .*ghost\.ts, which has changed; put the source back/,
  });
});

test("checking a spec runs no code", () => {
  const spec = checkSpec(specOf({ module: "./nowhere/evil.ts", export: "space", content: "0".repeat(32) }));
  assert.throws(() => trialsOf(spec), {
    name: "SpecError",
    message: /is not loaded here, and nothing that is stored is run/,
  });
});

test("an architecture with a block of one's own comes back with it", () => {
  const mine = { ...V, name: "mine" };
  const [{ architecture }] = sample(AnyNetXA.with({ block: mine }), { n: 1, seed: 1 });
  const stored = JSON.parse(JSON.stringify(storeArchitecture(architecture)));
  assert.deepEqual(reviveArchitecture(stored, [mine]), architecture);
  assert.throws(
    () => reviveArchitecture(stored, [{ ...V, name: "other" }]),
    /unknown block "mine"; known are X, .*, other\./,
  );
  assert.throws(() => reviveArchitecture(stored, [{ ...V, name: "X" }]), /has the name of a built-in block/);
  assert.throws(
    () => reviveArchitecture(stored, mine as never),
    /reviveArchitecture: expected a list of blocks/,
  );
});

test("a drawn stem or number of classes that is not the sweep's is told, one that is left open is filled in", async () => {
  const drawing = (rest: string) => `import { anyNet, V } from "netspace";
const mine = { ...V, name: "mine" };
export const space = {
  name: "Drawn", dimensions: ["w"], size: 4n,
  draw(random) {
    const width = 8 * (1 + Math.floor(4 * random()));
    return anyNet([{ depth: 4, width, bottleneck: 1, groupWidth: 1, stride: 2 }], { block: mine${rest} });
  },
};
`;
  const { spec } = await idsIn(folderOf({ "ghost.ts": drawing("") }));
  for (const { architecture } of trialsOf(spec)) {
    assert.deepEqual([architecture.stem, architecture.classes], [smallSweep.stem, 10]);
  }
  await assert.rejects(idsIn(folderOf({ "ghost.ts": drawing(", classes: 7") })), {
    message: /space: Drawn draws networks of 7 classes, expected the dataset's 10; leave classes out/,
  });
  const stem = ", stem: { kind: 'cifar', width: 8 }";
  await assert.rejects(idsIn(folderOf({ "ghost.ts": drawing(stem) })), {
    message:
      /stem: expected the one that Drawn draws, \{"kind":"cifar","width":8\}, got .*; write it into the spec/,
  });
  const asked = { stem: { kind: "cifar", width: 8 } } as const;
  assert.equal((await idsIn(folderOf({ "ghost.ts": drawing(stem) }), ghost, asked)).trials.length, 4);
});

/** What is wrong, the module, and what is said. */
const wrong: readonly (readonly [title: string, text: string, message: RegExp, space?: SpaceSpecInput])[] = [
  [
    "that is not there",
    "",
    /expected a module in TypeScript or JavaScript, got .*none\.ts, which is not there; paths are relative/,
    { module: "./none.ts" },
  ],
  ["that is a folder", "", /got .*lib, which is no file/, { module: "./lib" }],
  ["that is no code", "", /got .*notes\.json, another file/, { module: "./notes.json" }],
  [
    "by a URL of another kind",
    "",
    /expected a module in TypeScript or JavaScript, got .*https:/,
    { module: "https://example.org/x.ts" },
  ],
  [
    "without a default export",
    "export const space = 1;",
    /export "default" of .*ghost\.ts: expected one of the exports space, got "default", which it does not export/,
    { module: "./ghost.ts" },
  ],
  [
    "without the export",
    'export * from "netspace"; export const a = 1, b = 2;',
    /expected one of the exports (\w+, ){12}…, got "missing", which it does not export$/,
    { module: "./ghost.ts", export: "missing" },
  ],
  ["without exports", "const a = 1;", /expected one of the exports of a module that has some, got "space"/],
  [
    "that exports a number",
    "export const space = 5;",
    /export "space" of .*: expected a space, got 5; a space has a name and draw\(random\)/,
  ],
  [
    "that exports nothing under the name",
    "export const space = undefined;",
    /expected a space, got undefined/,
  ],
  [
    "that exports a class",
    "export class space { draw() {} }",
    /expected a space, got a class; export one made of it/,
  ],
  [
    "that exports a function",
    "export const space = () => 1;",
    /expected a space, got a function; export what it gives/,
  ],
  [
    "that exports a promise",
    "export const space = Promise.resolve(1);",
    /expected a space, got a promise; .*await it in the module/,
  ],
  [
    "that exports a block for a space",
    'export const space = { name: "b", build() {} };',
    /expected a space, got the block b; give it a space: \{ "base": "AnyNetXA"/,
  ],
  [
    "that exports a family for a space",
    'export const space = { name: "f", assemble() {} };',
    /expected a space, got the family f; export a space that draws its architectures/,
  ],
  [
    "that exports a space for a block",
    'export { AnyNetXB as space } from "netspace";',
    /space: export "space" of .*: expected a block, got the space AnyNetXB; name it as the sweep's space/,
    { base: "AnyNetXA", block: ghost },
  ],
  [
    "with a built-in space's name",
    'import { AnyNetXB } from "netspace"; export const space = AnyNetXB.fix("depth", 2).named("AnyNetXA");',
    /expected a space with a name of its own, got another AnyNetXA/,
  ],
  [
    "with a built-in block's name",
    'import { V } from "netspace"; export const space = { ...V, name: "X" };',
    /block "X" has the name of a built-in block and is another/,
    { base: "AnyNetXA", block: ghost },
  ],
  [
    "called as a built-in space",
    'export { AnyNetXB as space } from "netspace";',
    /space\.name: expected a name of its own, got AnyNetXC/,
    { ...ghost, name: "AnyNetXC" },
  ],
  [
    "that throws",
    "const x: any = undefined;\n\nexport const space = x.y;",
    /ghost\.ts fails while it is loaded: .*undefined.* \(.*ghost\.ts:3\); correct it/,
  ],
  ["that throws no error", 'throw "no";', /fails while it is loaded: no; correct it/],
  [
    "that cannot be parsed",
    "export const space = {;\n",
    /ghost\.ts cannot be read: .*ghost\.ts:1: .*; correct it/,
  ],
  [
    "whose import is not there",
    'import "./gone.js";\nimport "nopackage";',
    /cannot be read: .*Could not resolve "\.\/gone\.js"/,
  ],
  [
    "that draws nothing of the kind",
    'export const space = { name: "S", dimensions: [], size: 1n, draw: () => 5 };',
    /space: S draws what no network can be: /,
  ],
  [
    "that draws promises",
    'export const space = { name: "S", dimensions: [], size: 1n, draw: async () => 5 };',
    /space: S draws what no network can be: /,
  ],
  [
    "whose drawing throws",
    'export const space = { name: "S", dimensions: [], size: 1n, draw() { throw new Error("tired"); } };',
    /space: S draws what no network can be: tired/,
  ],
  [
    "that refinements do not fit",
    'export { AnyNetXB as space } from "netspace";',
    /^sweep spec: space: AnyNetXB\.share: bottleneck is already shared/,
    { base: ghost, share: ["bottleneck"] },
  ],
  [
    "that cannot be refined",
    'import { AnyNetXB } from "netspace"; export const space = { name: "S", dimensions: [], size: 1n, draw: r => AnyNetXB.draw(r) };',
    /fix refines AnyNet and RegNet spaces, got S; give it other parts by with/,
    { base: ghost, fix: { depth: 2 } },
  ],
  [
    "with a field that there is not",
    "",
    /^sweep spec: space\.exports: no such field/,
    { module: "./ghost.ts", exports: "space" } as never,
  ],
  [
    "with an odd place",
    "",
    /^sweep spec: space\.module: expected the place of a module, such as "\.\/ghost\.ts", got 5/,
    { module: 5 } as never,
  ],
  [
    "with an odd content",
    "",
    /^sweep spec: space\.content: expected 32 hexadecimal digits/,
    { ...ghost, content: "abc" },
  ],
];

for (const [title, text, message, space = ghost] of wrong) {
  test(`a module ${title} is told, with what to do`, async () => {
    const folder = folderOf({ "ghost.ts": text, "lib/x.ts": "", "notes.json": "{}" });
    await assert.rejects(completeSpec(specOf(space), folder), { name: "SpecError", message });
  });
}

const unsteady: readonly (readonly [title: string, head: string, width: string])[] = [
  ["at random", "", "8 * Math.ceil(4 * Math.random())"],
  ["by how often it was asked", "let calls = 0;", "8 * (1 + calls++ % 5)"],
  ["by what was random when it was loaded", "const lucky = Math.random();", "8 * Math.ceil(1000 * lucky)"],
];

for (const [title, head, width] of unsteady) {
  test(`a space that draws ${title} is told before anything is trained`, async () => {
    const text = `import { anyNet, V } from "netspace";\n${head}
export const space = { name: "Unsteady", dimensions: [], size: 1n,
  draw: () => anyNet([{ depth: 4, width: ${width}, bottleneck: 1, groupWidth: 1, stride: 2 }], { block: { ...V, name: "v" } }) };`;
    await assert.rejects(completeSpec(specOf(ghost), folderOf({ "ghost.ts": text })), {
      name: "SpecError",
      message:
        /space: Unsteady draws network \d+ otherwise the second time, expected the same from the same seed; take all that is random from/,
    });
  });
}

test("a block that is built otherwise the second time is told", async () => {
  const text = `import { convNorm } from "netspace";
let calls = 0;
export const ghost = { name: "g", build: (ops, x, { width, stride }) => convNorm(ops, "_" + calls++, x, width, { stride }) };`;
  const block = { module: "./ghost.ts", export: "ghost" };
  await assert.rejects(
    completeSpec(specOf({ base: "AnyNetXA", block }), folderOf({ "ghost.ts": text })),
    /otherwise the second time/,
  );
});

test("a space or a block that is given itself is told, with where to put it", () => {
  const mine = { ...V, name: "Mine" };
  const cases: [unknown, RegExp][] = [
    [
      AnyNetXA,
      /^sweep spec: space: expected data, got the space AnyNetXA itself; give its name, "AnyNetXA"$/,
    ],
    [
      AnyNetXA.with({ block: mine }).named("Mine"),
      /got the space Mine itself; export it from a module of its own and give \{ module: "\.\/mine\.ts"/,
    ],
    [
      { base: "AnyNetXA", block: mine },
      /^sweep spec: space\.block: expected data, got the block Mine itself; export it/,
    ],
    [
      { base: "AnyNetXA", block: V },
      /space\.block: expected data, got the block V itself; give its name, "V"/,
    ],
    [{ base: AnyNetXA }, /space\.base: expected data, got the space AnyNetXA itself; give its name/],
  ];
  for (const [space, message] of cases) {
    assert.throws(() => checkSpec(specOf(space as never)), { name: "SpecError", message });
  }
});

test("a module that sweeps itself while it is loaded is told, and hangs nothing", async () => {
  const folder = folderOf({});
  const text = `import { sweep } from "netspace";
export { AnyNetXB as space } from "netspace";
await sweep({ space: { module: ${JSON.stringify(join(folder, "ghost.ts"))}, export: "space" }, n: 1, recipe: "tiny",
  dataset: { kind: "procedural", resolution: 16, train: 64, test: 10, seed: 1 } }, { out: ${JSON.stringify(join(folder, "out"))} });`;
  writeAll(folder, { "ghost.ts": text });
  await assert.rejects(completeSpec(specOf(ghost), folder), {
    message:
      /fails while it is loaded: .*runs a sweep of itself while it is loaded; put the space into a module of its own/,
  });
});
