/**
 * Compiles the loops of `wasm/numbers.ts` to WebAssembly, by AssemblyScript, into a module of text that is kept in the repository: nobody
 * needs the compiler who does not change them. Its hash of the source is what a test compares.
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
const source = join(root, "scripts", "wasm", "numbers.ts");
const folder = mkdtempSync(join(tmpdir(), "netspace-wasm-"));
const to = join(folder, "numbers.wasm");
const given = process.argv[2];
const [command, first] = given
  ? [process.execPath, [given]]
  : ["npm", ["exec", "--yes", `--package=${COMPILER}`, "--", "asc"]];
const options = ["-O3", "--noAssert", "--runtime", "stub", "--enable", "simd,bulk-memory"];
try {
  execFileSync(command, [...first, source, ...options, "--initialMemory", "1", "-o", to], {
    stdio: "inherit",
  });
  const bytes = readFileSync(to).toString("base64");
  const hash = createHash("sha256").update(readFileSync(source)).digest("hex");
  const lines = bytes.match(/.{1,96}/g).map(line => `  "${line}"`);
  writeFileSync(
    join(root, "src", "base", "numbers", "module.ts"),
    `/** Written by \`node scripts/wasm.mjs\` with ${COMPILER} from \`scripts/wasm/numbers.ts\`: do not edit. */

/** SHA-256 of the source. */
export const SOURCE = "${hash}";

/** The module's bytes in base64. */
export const MODULE =
${lines.join(" +\n")};
`,
  );
} finally {
  rmSync(folder, { recursive: true });
}
