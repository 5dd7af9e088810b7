/** `npm test`: sets up, checks format, lint and types, then runs every test, or those of the folders named. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { check } from "./check.mjs";
import { setup } from "./setup.mjs";
import { run } from "./step.mjs";

const folders = process.argv.slice(2);
for (const folder of folders) {
  if (existsSync(folder)) continue;
  console.error(`npm test: expected folders of tests such as test/spaces, got "${folder}"`);
  process.exit(2);
}
const ready = await setup();
if (!ready.library || !(await check())) process.exit(1);
const tests = (folders.length > 0 ? folders : ["test"]).flatMap(folder =>
  readdirSync(join("dist", folder), { recursive: true, encoding: "utf8" })
    .filter(name => name.endsWith(".test.js"))
    .map(name => join("dist", folder, name)),
);
// A file that hangs is ended, so that it costs one failure and not the whole run.
const FILE_MS = 1_500_000;
// The reporter "spec" says again at the end what failed, where a log that is cut still has it.
const { code } = await run(
  ready.node,
  ["--test", "--test-reporter=spec", `--test-timeout=${FILE_MS}`, "--enable-source-maps", ...tests.sort()],
  // The library has to work with the Node that is here, whatever runs the tests.
  { show: true, env: { NETSPACE_TEST_NODE: process.execPath } },
);
process.exit(code);
