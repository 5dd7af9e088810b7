/**
 * Compiles the loops of `wasm/` to WebAssembly, by AssemblyScript, into modules of text that are kept in the repository: nobody
 * needs the compiler who does not change them. Their hashes of the sources are what a test compares.
 *
 * Usage: node scripts/wasm.mjs [asc.js], where the compiler is installed already
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const COMPILER = "assemblyscript@0.28.20";
const root = join(import.meta.dirname, "..");
/** @type {[source: string, module: string][]} */
const modules = [
  ["numbers.ts", "src/base/numbers/module.ts"],
  ["delimited.ts", "src/tables/files/delimited/module.ts"],
];
const folder = mkdtempSync(join(tmpdir(), "netspace-wasm-"));
const to = join(folder, "loops.wasm");
const given = process.argv[2];
const [command, first] = given
  ? [process.execPath, [given]]
  : ["npm", ["exec", "--yes", `--package=${COMPILER}`, "--", "asc"]];
const options = ["-O3", "--noAssert", "--runtime", "stub", "--enable", "simd,bulk-memory"];
try {
  for (const [name, place] of modules) {
    const source = join(root, "scripts", "wasm", name);
    execFileSync(command, [...first, source, ...options, "--initialMemory", "1", "-o", to], {
      stdio: "inherit",
    });
    const bytes = readFileSync(to).toString("base64");
    const hash = createHash("sha256").update(readFileSync(source)).digest("hex");
    const lines = bytes.match(/.{1,96}/g).map(line => `  "${line}"`);
    writeFileSync(
      join(root, place),
      `/** Written by \`node scripts/wasm.mjs\` with ${COMPILER} from \`scripts/wasm/${name}\`: do not edit. */

/** SHA-256 of the source. */
export const SOURCE = "${hash}";

/** The module's bytes in base64. */
export const MODULE =
${lines.join(" +\n")};
`,
    );
  }
} finally {
  rmSync(folder, { recursive: true });
}
