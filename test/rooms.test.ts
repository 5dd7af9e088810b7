import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
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
      // The kernel's tests lie in its package.
      if (top === "kernel" && name.startsWith("test")) continue;
      if (name.endsWith(".ts")) yield `${top}/${name.split(path.sep).join("/")}`;
    }
  }
}

/** Files that a file imports, types included, from the root. */
function* importsOf(file: string) {
  const { module } = parseSync(file, readFileSync(path.join(root, file), "utf8"));
  const named = [
    ...module.staticImports.map(({ moduleRequest }) => moduleRequest.value),
    ...module.staticExports.flatMap(({ entries }) =>
      entries.flatMap(entry => entry.moduleRequest?.value ?? []),
    ),
  ];
  for (const specifier of new Set(named)) {
    if (!specifier.startsWith(".")) continue;
    yield path.posix.join(path.posix.dirname(file), specifier.replace(/\.js$/, ".ts"));
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

test("a circle is found where there is one", () => {
  const graph = new Map([
    ["a", new Set(["b"])],
    ["b", new Set(["c"])],
    ["c", new Set(["b"])],
  ]);
  assert.deepEqual(circleIn(graph), ["b", "c", "b"]);
});
