/** What a module of the user's exports, looked at before it is used: a space, or a block. */
import type { Block } from "../../architectures/anynet/block.js";
import { checkBlock } from "../../architectures/anynet/check-architecture.js";
import { say } from "../../base/say.js";
import { spaceByName, spaceNames } from "../../spaces/names.js";
import type { Space } from "../../spaces/space.js";
import { SpecError } from "../spec-error.js";
import type { CodeExport } from "./code-export.js";
import { isRecord } from "../vocabulary.js";
import type { Exports } from "./load-source.js";

/** What a module of some content exports; `module` is what errors call it. */
export type ExportsOf = (content: string, module: string) => Exports;

/** @throws SpecError if there is no space by that name */
export function spaceIn(code: CodeExport, exported: ExportsOf): Space {
  const value = valueIn(code, exported);
  if (isBlock(value)) {
    throw problem(
      code,
      `a space, got the block ${value.name}; give it a space: { "base": "AnyNetXA", "block": … }`,
    );
  }
  if (isFamily(value)) {
    throw problem(
      code,
      `a space, got the family ${String(value.name)}; export a space that draws its architectures`,
    );
  }
  if (!isSpace(value)) throw problem(code, `a space, ${gotten(value)}`);
  if (spaceNames().includes(value.name) && spaceByName(value.name) !== value) {
    throw problem(
      code,
      `a space with a name of its own, got another ${value.name} than the one that comes with netspace; rename it, as by .named("…")`,
    );
  }
  return value;
}

/** @throws SpecError if there is no block by that name */
export function blockIn(code: CodeExport, exported: ExportsOf): Block {
  const value = valueIn(code, exported);
  if (isSpace(value)) {
    throw problem(
      code,
      `a block, got the space ${value.name}; name it as the sweep's space, or as the base of one`,
    );
  }
  if (!isBlock(value)) throw problem(code, `a block, ${gotten(value)}`);
  try {
    checkBlock("block", value);
  } catch (error) {
    throw problem(code, `a block with a name of its own: ${(error as Error).message}`);
  }
  return value;
}

/** Names that are shown of a module's. */
const SHOWN = 12;

function valueIn(code: CodeExport, exported: ExportsOf): unknown {
  const { content, module, export: name } = code;
  const all = exported(content ?? "", module);
  if (Object.hasOwn(all, name)) return all[name];
  const names = Object.keys(all);
  const shown = [...names.slice(0, SHOWN), ...(names.length > SHOWN ? ["…"] : [])].join(", ");
  throw problem(
    code,
    `one of the exports ${names.length > 0 ? shown : "of a module that has some"}, got "${name}", which it does not export`,
  );
}

const problem = ({ module, export: name }: CodeExport, expected: string): SpecError =>
  new SpecError(`sweep spec: space: export "${name}" of ${module}: expected ${expected}`);

const isSpace = (value: unknown): value is Readonly<Record<string, unknown>> & Space =>
  isRecord(value) &&
  typeof value.name === "string" &&
  value.name !== "" &&
  (typeof value.draw === "function" || typeof value.sketch === "function");

const isBlock = (value: unknown): value is Readonly<Record<string, unknown>> & Block =>
  isRecord(value) && typeof value.name === "string" && value.name !== "" && typeof value.build === "function";

const isFamily = (value: unknown): value is Readonly<Record<string, unknown>> =>
  isRecord(value) && typeof value.assemble === "function";

/** What came instead, and what to do. */
function gotten(value: unknown): string {
  if (value instanceof Promise) return "got a promise; export what it gives: await it in the module";
  if (typeof value === "function") {
    return `got ${/^class\b/.test(Function.prototype.toString.call(value)) ? "a class; export one made of it" : "a function; export what it gives"}`;
  }
  return `got ${say(value)}; a space has a name and draw(random), a block a name and build(ops, x, parameters)`;
}
