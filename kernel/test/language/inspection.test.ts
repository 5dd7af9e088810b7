/** What the language server tells about names: of cells, of packages, and of this package itself. */

import assert from "node:assert/strict";
import { tmpdir } from "node:os";
import { after, before, describe, test } from "node:test";
import { LanguageService } from "../../language/service.js";
import { serveHost } from "../support/repository.js";

serveHost();

interface Described {
  text: string;
  type: string;
  signature: string;
  documentation: string;
}

describe("inspection and completion with the language server", { timeout: 300_000 }, () => {
  let service: LanguageService;
  before(() => {
    service = new LanguageService({ folder: tmpdir(), log: message => assert.fail(message) });
    service.executed(`/**
 * Widens it.
 * @param n how wide it is
 * @param by the factor
 */
function widen(n: number, by = 2): number {
  return n * by;
}
  /** How deep it is. */
  const depth = (blocks: number[]) => {
    return blocks.length;
  };
interface Net { width: number }`);
    service.executed('import { sample, Population } from "netspace"; let population!: Population');
  });
  after(() => service.stop());

  /** Both take code with the cursor as "|". */
  const inspect = async (marked: string, detail = 0): Promise<string | undefined> => {
    const reply = await service.inspect(marked.replace("|", ""), marked.indexOf("|"), detail);
    assert.equal(reply.found, "text/plain" in reply.data);
    return reply.data["text/markdown"] as string | undefined;
  };
  const complete = async (marked: string): Promise<{ matches: string[]; described: Described[] }> => {
    const { matches, metadata } = await service.complete(marked.replace("|", ""), marked.indexOf("|"));
    return { matches, described: metadata["_jupyter_types_experimental"] as Described[] };
  };

  test("a name of another cell comes with its type and documentation", async () => {
    for (const code of ["wi|den(3)", "widen|", "widen(|", "widen(|)"]) {
      const text = (await inspect(code)) ?? "";
      assert.match(
        text,
        /^```typescript\nfunction widen\(n: number, by\?: number\): number\n```\nWidens it\./,
        code,
      );
      assert.match(text, /\*@param\* `by` — the factor$/, code);
    }
    assert.equal(
      await inspect("depth|"),
      "```typescript\nconst depth: (blocks: number[]) => number\n```\nHow deep it is.",
    );
    assert.equal(await inspect("unheardOf|"), undefined);
  });

  test("so do the names of netspace, imported here or by another cell", async () => {
    for (const code of [
      "sam|ple",
      "sample(|",
      'import { sample } from "netspace"; sample(|',
      'import * as all from "netspace"; all.sample|',
    ]) {
      const text = (await inspect(code)) ?? "";
      assert.match(
        text,
        /function sample<.+>\(space: (?:all\.)?Space<(?:A|(?:all\.)?Architecture)>, options: (?:all\.)?SampleOptions<\w/,
        code,
      );
      assert.match(text, /Draws from `space` until `n` candidates/, code);
    }
    assert.match(
      (await inspect("population.filter|")) ?? "",
      /filter\(keep: .*\nThe rows for which `keep` is true/s,
    );
    assert.match((await inspect("population|")) ?? "", /let population: Population/);
  });

  test("between a call's parentheses stand its signature and the parameter whose turn it is", async () => {
    const second =
      "```typescript\nwiden(n: number, by?: number): number\n```\n\n*`by?: number`*: the factor\n\nWidens it.";
    for (const code of ["widen(3, |)", "widen(3, |", "widen(3, 4|)", "Math.max(widen(3, |))"]) {
      assert.equal(await inspect(code), second, code);
    }
    assert.match((await inspect("widen(3|)")) ?? "", /\*`n: number`\*: how wide it is/);
    assert.match(
      (await inspect("sample(null as any, |")) ?? "",
      /sample\(space: Space<Architecture>, options: SampleOptions<Architecture>\): Sample<Architecture>\[\]/,
    );
    assert.match((await inspect('process.on("exit", |)')) ?? "", /\(one of \d+ signatures\)/);
  });

  test("a function's options are shown by their fields, with those that they extend", async () => {
    for (const code of [
      'import { train } from "netspace"; train(|',
      'import { tr|ain } from "netspace"',
      'import { train } from "netspace"; train("x", { |',
    ]) {
      const text = (await inspect(code)) ?? "";
      assert.match(
        text,
        /interface TrainOptions\s+extends[^]*Whether curves are shown[^]*live\?: boolean/,
        code,
      );
      assert.match(text, /Default 0\. \*\/\n {2}readonly seed\?: number/, code);
      assert.match(text, /interface EngineChoice/, code);
      // What TrainOptions leaves out of the engine's, or declares anew, is not said of the engine's.
      assert.equal(text.match(/\n {2}readonly (?:threads|signal)\?:/g)?.length, 2, code);
      assert.doesNotMatch(text, /\n {2}readonly (?:keepWeights|until|from|stopAbove)\?:/, code);
    }
    service.executed(
      "interface Pads { a?: number; b?: number; c?: number } interface Wide extends Pick<Pads, 'b'> { /** Up. */ d?: number } const widest = (o: Wide) => o;",
    );
    const picked = (await inspect("widest(|")) ?? "";
    assert.match(picked, /d\?: number[^]*b\?: number/);
    assert.doesNotMatch(picked, /a\?: number|c\?: number/);
    service.executed(
      "interface PadOptions { /** How wide; 8 unless told. */ width?: number } const pad = (s: string, o: PadOptions = {}) => s;",
    );
    assert.match((await inspect("pad(|")) ?? "", /How wide; 8 unless told[^]*width\?: number/);
    assert.doesNotMatch((await inspect("population|")) ?? "", /interface/);
  });

  test("a bare name of a type is told, too", async () => {
    assert.match((await inspect("Net|")) ?? "", /interface Net/);
    assert.match((await inspect("Net|", 1)) ?? "", /width: number/);
  });

  test("level 1 shows the declaration's source", async () => {
    const sources = async (code: string) => (await inspect(code, 1))?.split("```typescript\n").slice(2);
    assert.deepEqual(await sources("widen|"), [
      "function widen(n: number, by = 2): number {\n  return n * by;\n}\n```",
    ]);
    assert.deepEqual(await sources("depth|"), [
      "const depth = (blocks: number[]) => {\n  return blocks.length;\n};\n```",
    ]);
    assert.deepEqual(await sources("let net: N|et"), ["interface Net { width: number }\n```"]);
    assert.deepEqual(await sources("\nconst here = 1;\nhere|"), ["const here = 1;\n```"]);
    const own = (await inspect("sample|", 1)) ?? "";
    assert.match(
      own,
      /\n\nDeclared in \/.*sample(?:\.d)?\.ts:\d+\n\n```typescript\nexport (?:declare )?function sample</,
    );
    const overloads = await sources('import fs from "node:fs"; fs.readFileSync|');
    assert.ok(overloads && overloads.length >= 3);
    assert.match(
      overloads[0] ?? "",
      /^export function readFileSync(?:<.*>)?\(\n {4}path: PathOrFileDescriptor,\n/,
    );
    assert.doesNotMatch((await inspect('import fs from "node:fs"; fs.readFileSync|')) ?? "", /file:\/\//);
  });

  test("netspace's own API completes", async () => {
    const { matches, described } = await complete('import { sam| } from "netspace"');
    assert.deepEqual(matches, ["sample"]);
    assert.equal(described[0]?.type, "function");
    assert.match(
      described[0].signature,
      /^function sample<A extends .*>\(space: Space<A>, options: SampleOptions<A>\): Sample<A>\[\]$/,
    );
    assert.match(described[0].documentation, /^Draws from `space`/);
    const within = await complete('import { sample } from "netspace"; sample(|');
    assert.ok(["sample", "widen", "population"].every(name => within.matches.includes(name)));
    const option = await complete("sample(null as any, { se|");
    assert.deepEqual(option.matches, ["seed"]);
  });

  test("members of a population complete, with their types once few are left", async () => {
    const { matches } = await complete("population.|");
    for (const name of ["filter", "groupBy", "rows", "sql", "column", "errors"])
      assert.ok(matches.includes(name), name);
    const { described } = await complete("population.gro|");
    assert.deepEqual(
      described.map(({ text, type }) => [text, type]),
      [["groupBy", "method"]],
    );
    assert.match(described[0]?.signature ?? "", /groupBy/);
    assert.notEqual(described[0]?.documentation, "");
  });
});
