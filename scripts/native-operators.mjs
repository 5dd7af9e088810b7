/**
 * Writes native/operators.h, the enumeration of operators that the torch engine's binding is compiled with, from the
 * table in src/networks/operators (compiled). A switch over it that lacks an operator does not compile.
 *
 *   node scripts/native-operators.mjs
 */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { operators } from "../dist/src/networks/operators/index.js";

const file = fileURLToPath(new URL("../native/operators.h", import.meta.url));

/** The header's text; a test holds the file to it. */
export function nativeOperators() {
  const names = Object.keys(operators);
  const facts = Object.values(operators).map(({ op, arity }) => {
    const [least, most] = typeof arity === "number" ? [arity, arity] : arity;
    return `    {"${op}", ${least}, ${Number.isFinite(most) ? most : "INT32_MAX"}},`;
  });
  return `// Written by scripts/native-operators.mjs from the table in src/networks/operators: change it there.
#pragma once

#include <cstdint>

namespace netspace {

enum class Op : int32_t {
${names.map(name => `  ${name[0].toUpperCase()}${name.slice(1)},`).join("\n")}
};

struct OperatorFacts {
  const char* name;
  int32_t least, most;  // inputs
};

// By an operator's number.
constexpr OperatorFacts kOperators[] = {
${facts.join("\n")}
};

}  // namespace netspace
`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const text = nativeOperators();
  let before = "";
  try {
    before = readFileSync(file, "utf8");
  } catch {
    // Not there yet.
  }
  if (text !== before) writeFileSync(file, text);
  console.log(`native/operators.h ${text === before ? "is up to date" : "written; build the binding again"}`);
}
