/** Formatter, linter and type checker over the whole project; says nothing when all is well. */
import { fileURLToPath } from "node:url";
import { run } from "./step.mjs";

/** @type {[name: string, args: string[], remedy: string][]} */
const checks = [
  ["format", ["node_modules/@biomejs/biome/bin/biome", "format", "."], "npm run format"],
  ["lint", ["node_modules/oxlint/bin/oxlint", "--type-aware", "--deny-warnings"], "mend what it names"],
  ["types", ["node_modules/typescript/bin/tsc", "-p", "."], "mend what it names"],
];

/** @returns {Promise<boolean>} whether all checks passed */
export async function check() {
  let ok = true;
  for (const [name, args, remedy] of checks) {
    const { code, output } = await run(process.execPath, args);
    if (code === 0) continue;
    ok = false;
    console.error(`✗ ${name}: ${remedy}\n${output}`);
  }
  return ok;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = (await check()) ? 0 : 1;
