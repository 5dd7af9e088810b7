/**
 * Random programs give the same as a cell and as a function that V8 compiles as it is, also where they call their
 * variables like globals. `NETSPACE_FUZZ_PROGRAMS` says how many, `NETSPACE_FUZZ_SEED` which.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { startCells } from "../support/cells.js";
import { temporaryFolder } from "../support/temporary-folder.js";

const PROGRAMS = Number(process.env["NETSPACE_FUZZ_PROGRAMS"] ?? 300);
const SEED = Number(process.env["NETSPACE_FUZZ_SEED"] ?? 1);

/** Globals, names that packages look for, and names that are nobody's. */
const NAMES = [
  "Map",
  "Promise",
  "console",
  "undefined",
  "toString",
  "document",
  "define",
  "one",
  "two",
  "three",
];

/** Writes programs whose variables are all declared before they are used, in one scope or another. */
class Programs {
  readonly #random;

  constructor(seed: number) {
    this.#random = xoroshiro128plus(seed);
  }

  next(): string {
    const names = NAMES.filter(() => this.#below(3) > 0);
    if (names.length === 0) names.push("Map");
    const declared = names.map(name => this.#declaration(name)).join("\n");
    const body = Array.from({ length: 4 }, () => this.#statement(names, 3)).join("\n");
    const kinds = names.map(name => `typeof ${name}, told(${name})`).join(", ");
    return `const seen = [];\nfunction told(v) { return typeof v === "function" ? v.name : JSON.stringify(v) }
${declared}\n${body}\nseen.push({ ${names.join(", ")} }, ${kinds});`;
  }

  #declaration(name: string): string {
    return this.#pick([
      `let ${name} = ${this.#below(9)};`,
      `var ${name} = ${this.#below(9)};`,
      `let ${name} = (a) => a;`,
      `let { ${name} = ${this.#below(9)} } = {};`,
      `let [${name}, ] = [[1]];`,
      `let { a: { ...${name} } } = { a: { b: 1 } };`,
      ...(name === "undefined"
        ? []
        : [`class ${name} { static at = 1 }`, `function ${name}(n) { return n }`]),
      `for (var ${name} of [1, 2]) {}`,
      `let ${name} = class { m() {} };`,
      `let { ${name} = function () {} } = {};`,
    ]);
  }

  /** @param awaits whether the statement stands where one can await */
  #statement(names: readonly string[], depth: number, awaits = true): string {
    const name = this.#pick(names);
    const leaf = `seen.push(told(${name}));`;
    const inner = (can = awaits): string => (depth > 0 ? this.#statement(names, depth - 1, can) : leaf);
    return this.#pick([
      () => `seen.push(told(${name}), typeof ${name});`,
      () => `seen.push(Object.keys({ ${name}, b: 1 }), told({ ${name} }.${name}));`,
      () => `{ let ${name} = ${this.#below(9)}; ${inner()} }`,
      () => `(function (${name}) { ${inner(false)} })(${this.#below(9)});`,
      () => `((a, { ${name} = a } = {}) => { ${inner(false)} })(${this.#below(9)});`,
      () => `(() => { if (true) { var ${name} = ${this.#below(9)} } ${inner(false)} })();`,
      () => `for (const ${name} of [1, 2]) { ${inner()} }`,
      () => `for (let ${name} = 0; ${name} < 2; ${name}++) ${leaf}`,
      () => `try { throw ${this.#below(9)} } catch (${name}) { ${inner()} }`,
      () => `switch (1) { case 1: let ${name} = 5; ${inner()} }`,
      () => `(class ${name === "undefined" ? "C" : name} { static { ${inner(false)} } });`,
      () => `(function ${name === "undefined" ? "f" : name}() { ${inner(false)} })();`,
      () => `${name}: for (;;) { ${leaf} break ${name} }`,
      () => `seen.push(told([1].map(${name} => ${name} + 1)));`,
      () => `seen.push(told(eval("typeof ${name}")));`,
      () => `${awaits ? "await null;" : ""} ${inner()}`,
      () => `for ${awaits ? "await " : ""}(const n of [1]) { ${inner()} }`,
      () => `if (seen.length < 40) { ${inner()} } else seen.push(1);`,
      () =>
        `let held${this.#below(1e9)} = { ${name}() { return typeof ${name} }, get [typeof ${name}]() { return 1 } };`,
    ])();
  }

  #pick<T>(from: readonly T[]): T {
    const chosen = from[this.#below(from.length)];
    if (chosen === undefined) throw new RangeError("pick: expected something to pick from, got nothing");
    return chosen;
  }

  #below(n: number): number {
    return uniformInt(this.#random, 0, n - 1);
  }
}

// oxlint-disable-next-line typescript/no-empty-function -- the constructor is meant
const AsyncFunction = (async () => {}).constructor as new (body: string) => () => Promise<unknown>;

test(`${PROGRAMS} random programs mean the same in a cell`, { timeout: 300_000 }, async () => {
  const run = startCells(temporaryFolder());
  const programs = new Programs(SEED);
  for (let made = 0; made < PROGRAMS; made++) {
    const program = programs.next();
    const plain = JSON.stringify(await new AsyncFunction(`"use strict";\n${program}\nreturn seen;`)());
    const { trace, text } = await run(
      `${program}\nglobalThis.process.stdout.write(globalThis.JSON.stringify(seen))`,
    );
    assert.equal(trace, "", program);
    assert.equal(text, plain, program);
  }
});
