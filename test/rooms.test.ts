import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import test from "node:test";
import { fileURLToPath } from "node:url";
import { parseSync } from "oxc-parser";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** The room of a file: its folder in `src/` or `kernel/`, or that folder itself. */
const roomOf = (file: string) => path.posix.dirname(file).split("/").slice(0, 2).join("/");

function* sources() {
  for (const top of ["src", "kernel"]) {
    for (const name of readdirSync(path.join(root, top), { recursive: true, encoding: "utf8" })) {
      // The kernel's tests and what it is compiled to lie in its package.
      if (top === "kernel" && /^(?:test|dist|node_modules)\b/.test(name)) continue;
      if (name.endsWith(".ts")) yield `${top}/${name.split(path.sep).join("/")}`;
    }
  }
}

interface Imported {
  readonly specifier: string;
  /** Whether nothing is left of it when the file runs. */
  readonly isType: boolean;
}

/** What a file imports, and what it loads when it first needs it. */
function importedBy(file: string): Imported[] {
  const text = readFileSync(path.join(root, file), "utf8");
  const { module } = parseSync(file, text);
  const all = [
    ...module.staticImports.map(({ moduleRequest, entries }) => ({
      specifier: moduleRequest.value,
      isType: entries.length > 0 && entries.every(({ isType }) => isType),
    })),
    ...module.staticExports.flatMap(({ entries }) =>
      entries.flatMap(({ moduleRequest, isType }) =>
        moduleRequest ? [{ specifier: moduleRequest.value, isType }] : [],
      ),
    ),
    // By `later` and `import()`: other rooms' too, though not in a circle of modules that wait for each other.
    ...[...text.matchAll(/import\("(\.[^"]+)"\)/g)].map(([, specifier]) => ({ specifier, isType: true })),
  ];
  const values = new Set(all.filter(({ isType }) => !isType).map(({ specifier }) => specifier));
  return [...new Set(all.map(({ specifier }) => specifier))].map(specifier => ({
    specifier,
    isType: !values.has(specifier),
  }));
}

type Doors = Readonly<Record<string, Readonly<Record<"node" | "default", string>>>>;
const { imports: doors } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")) as {
  readonly imports: Doors;
};

/** The file that a relative import, or one of the package's own doors, means; undefined for Node's modules and packages. */
function fileOf(from: string, specifier: string, where: "node" | "default" = "node"): string | undefined {
  if (specifier.startsWith("#")) {
    return doors[specifier][where].replace(/^\.\/dist\//, "").replace(/\.js$/, ".ts");
  }
  if (!specifier.startsWith(".")) return undefined;
  return path.posix.join(path.posix.dirname(from), specifier.replace(/\.js$/, ".ts"));
}

/** Files that a file imports, types included, from the root. */
function* importsOf(file: string) {
  for (const { specifier } of importedBy(file)) {
    const imported = fileOf(file, specifier);
    if (imported !== undefined) yield imported;
  }
}

/** One way round in a graph, or none. */
function circleIn(graph: ReadonlyMap<string, ReadonlySet<string>>): string[] | undefined {
  const done = new Set<string>();
  const walk = (node: string, way: readonly string[]): string[] | undefined => {
    if (way.includes(node)) return [...way.slice(way.indexOf(node)), node];
    if (done.has(node)) return undefined;
    for (const next of graph.get(node) ?? []) {
      const circle = walk(next, [...way, node]);
      if (circle) return circle;
    }
    done.add(node);
    return undefined;
  };
  for (const node of graph.keys()) {
    const circle = walk(node, []);
    if (circle) return circle;
  }
  return undefined;
}

const rooms = new Map<string, Set<string>>();
for (const file of sources()) {
  const from = roomOf(file);
  for (const imported of importsOf(file)) {
    const to = roomOf(imported);
    if (from === to) continue;
    rooms.set(from, (rooms.get(from) ?? new Set()).add(to));
  }
}

test("no room imports another that imports it, at any distance", () => {
  assert.ok(rooms.size > 20, "the rooms were found");
  assert.equal(circleIn(rooms)?.join(" → "), undefined);
});

test("the kernel imports nothing of the library", () => {
  const imported = [...rooms].filter(([room]) => room.startsWith("kernel")).flatMap(([, to]) => [...to]);
  assert.deepEqual(
    imported.filter(room => room.startsWith("src")),
    [],
  );
});

test("no files import each other in a circle when they run", () => {
  // Types may: a class and the functions that take it know each other, and nothing of that is left when they run. Rooms
  // may not, as the first test says.
  const files = new Map<string, Set<string>>();
  for (const file of sources()) {
    const values = importedBy(file).filter(({ isType }) => !isType);
    files.set(file, new Set(values.flatMap(({ specifier }) => fileOf(file, specifier) ?? [])));
  }
  assert.ok(files.size > 400, "the files were found");
  assert.equal(circleIn(files)?.join(" → "), undefined);
});

/** Rooms that a page in a browser may import; what they have for Node alone lies behind the doors of package.json. */
const forBrowsers = ["architectures", "networks", "spaces", "statistics", "tables", "figures"];
/** Packages that run anywhere. */
const anywhere = /^(pure-rand|simple-statistics|@dagrejs\/dagre)(\/|$)/;

/** Files of a room as a bundler for browsers finds them. */
function filesFrom(entry: string): string[] {
  const found = new Set([entry]);
  for (const file of found) {
    if (!file.endsWith(".ts")) continue;
    for (const { specifier, isType } of importedBy(file)) {
      const imported = isType ? undefined : fileOf(file, specifier, "default");
      if (imported !== undefined) found.add(imported);
    }
  }
  return [...found];
}

for (const room of forBrowsers) {
  test(`src/${room} imports nothing of Node, and no package that needs it`, () => {
    const files = filesFrom(`src/${room}/index.ts`).filter(file => file.endsWith(".ts"));
    assert.ok(files.length > 5, "its files were found");
    const foreign = files.flatMap(file =>
      importedBy(file)
        .filter(({ specifier, isType }) => !isType && !/^[.#]/.test(specifier) && !anywhere.test(specifier))
        .map(({ specifier }) => `${file} imports ${specifier}`),
    );
    assert.deepEqual(foreign, []);
    assert.deepEqual(
      files.filter(file => file.startsWith("src/base/node/")),
      [],
    );
  });
}

test("src/base needs nothing of Node outside src/base/node", () => {
  const files = [...sources()].filter(file => path.posix.dirname(file) === "src/base");
  assert.ok(files.length > 8);
  const needing = files.filter(file =>
    importedBy(file).some(({ specifier, isType }) => !isType && /^node:|^\.\/node\//.test(specifier)),
  );
  assert.deepEqual(needing, []);
});

test("a door of the package leads to a file for Node and to one for browsers", () => {
  for (const [door, places] of Object.entries(doors)) {
    for (const place of Object.values(places)) {
      const file = place.replace(/^\.\/dist\//, "").replace(/\.js$/, ".ts");
      assert.ok(existsSync(path.join(root, file)), `${door} leads to ${file}`);
    }
  }
});

/** Files of a folder beyond which one no longer sees what is in it. */
const MOST_FILES = 16;
/** Folders of one kind of file, of which there may be any number. */
const oneKind: Readonly<Record<string, string>> = {
  "src/networks/operators": "one operator a file",
  "src/statistics": "one statistic a file",
};

test(`no folder holds more than ${MOST_FILES} files of several kinds`, () => {
  const counts = new Map<string, number>();
  for (const file of sources()) {
    const folder = path.posix.dirname(file);
    counts.set(folder, (counts.get(folder) ?? 0) + 1);
  }
  const crowded = [...counts].filter(([folder, n]) => n > MOST_FILES && !Object.hasOwn(oneKind, folder));
  assert.deepEqual(crowded, []);
  for (const folder of Object.keys(oneKind)) {
    assert.ok((counts.get(folder) ?? 0) > MOST_FILES, `${folder} needs no exception any more`);
  }
});

test("a circle is found where there is one", () => {
  const graph = new Map([
    ["a", new Set(["b"])],
    ["b", new Set(["c"])],
    ["c", new Set(["b"])],
  ]);
  assert.deepEqual(circleIn(graph), ["b", "c", "b"]);
});

/** The packages that a source asks for: by imports of any kind, by `require` and by `resolve`. */
function* packagesOf(file: string) {
  const text = readFileSync(path.join(root, file), "utf8");
  const { module } = parseSync(file, text);
  const named = [
    ...module.staticImports.map(({ moduleRequest }) => moduleRequest.value),
    ...module.staticExports.flatMap(({ entries }) =>
      entries.flatMap(entry => entry.moduleRequest?.value ?? []),
    ),
    ...module.dynamicImports.map(
      ({ moduleRequest: { start, end } }) => /^["'](.*)["']$/.exec(text.slice(start, end))?.[1] ?? ".",
    ),
    // What is loaded by `createRequire`, and packages of which only a file is wanted.
    ...[...text.matchAll(/\b(?:createRequire\(import\.meta\.url\)|require|resolve)\("([^"]+)"\)/g)].map(
      ([, specifier = "."]) => specifier,
    ),
  ];
  for (const specifier of named) {
    if (/^(?:\.|node:|#|\/)/.test(specifier)) continue;
    yield specifier
      .split("/")
      .slice(0, specifier.startsWith("@") ? 2 : 1)
      .join("/");
  }
}

test("the kernel asks for no package that its own package.json does not list, and for each that it does", () => {
  const { dependencies } = manifestOf("kernel");
  const asked = new Map<string, string>();
  for (const file of sources()) {
    if (!file.startsWith("kernel/")) continue;
    for (const name of packagesOf(file)) asked.set(name, file);
  }
  // Looked for in the notebook's folder.
  asked.delete("tslab");
  assert.deepEqual([...asked.keys()].sort(), Object.keys(dependencies).sort(), JSON.stringify([...asked]));
});

test("the root's package brings the kernel along, and so asks for all that the kernel asks for, in the same versions", () => {
  const { dependencies } = manifestOf(".");
  const kernel = manifestOf("kernel");
  const wanting = Object.entries(kernel.dependencies).filter(([name, range]) => dependencies[name] !== range);
  assert.deepEqual(wanting, []);
});

function manifestOf(folder: string): { dependencies: Record<string, string> } {
  return JSON.parse(readFileSync(path.join(root, folder, "package.json"), "utf8")) as ReturnType<
    typeof manifestOf
  >;
}
