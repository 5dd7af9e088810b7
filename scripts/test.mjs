/**
 * `npm test`: sets up, checks format, lint and types, then runs every test.
 *
 *     npm test -- test/spaces test/cli/options.test.ts   only these folders and files, without the checks
 *     npm run test:unit                                  what needs no Python, no kernel and no engine
 *     npm test -- --watch test/spaces                    compiles and runs them again whenever something changes
 */
import { existsSync, readdirSync, statSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import { check } from "./check.mjs";
import { compile, npmPackages, root, setup } from "./setup.mjs";
import { run, step } from "./step.mjs";

/**
 * Folders whose tests need the compiled library, and nothing else that the set-up brings. Those of replication need no
 * more, but read populations and deal networks for most of a minute.
 */
const units = [
  "test/architectures",
  "test/networks",
  "test/spaces",
  "test/statistics",
  "test/figures",
  "test/base",
  "test/start.test.ts",
  "test/rooms.test.ts",
];
/** Draws pictures by the dozen, for half a minute. */
const slow = join("dist", "test", "figures", "figure.test.js");
// A file that hangs is ended, so that it costs one failure and not the whole run.
const FILE_MS = 1_500_000;

/** @type {(expected: string) => never} */
const wrong = expected => {
  console.error(`npm test: expected ${expected}`);
  process.exit(2);
};

function given() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { unit: { type: "boolean" }, watch: { type: "boolean" } },
    });
    return { ...values, places: positionals };
  } catch (error) {
    return wrong(`folders, files, --unit or --watch: ${/** @type {Error} */ (error).message}`);
  }
}

/** The compiled tests of a folder or a file of `test/` or `kernel/test/`. @param {string} place */
function testsIn(place) {
  const name = relative(root, join(process.cwd(), place));
  if (!existsSync(join(root, name)) || !/^(kernel[\\/])?test($|[\\/])/.test(name)) {
    wrong(`folders or files of tests such as test/spaces or test/cli/options.test.ts, got "${place}"`);
  }
  if (statSync(join(root, name)).isFile()) {
    if (!name.endsWith(".test.ts")) wrong(`a file whose name ends in .test.ts, got "${place}"`);
    return [join("dist", name.replace(/\.ts$/, ".js"))];
  }
  return readdirSync(join(root, name), { recursive: true, encoding: "utf8" })
    .filter(file => file.endsWith(".test.ts"))
    .map(file => join("dist", name, file.replace(/\.ts$/, ".js")));
}

const { unit = false, watch = false, places } = given();
const tests = [
  ...(unit ? units.flatMap(testsIn).filter(file => file !== slow) : []),
  ...places.flatMap(testsIn),
];
if (!unit && places.length === 0) tests.push(...testsIn("test"), ...testsIn("kernel/test"));

const ready = unit
  ? {
      library: (await step("npm packages", npmPackages)) && (await step("TypeScript", compile)),
      node: process.execPath,
    }
  : await setup();
if (!ready.library || (!unit && places.length === 0 && !(await check()))) process.exit(1);
if (watch)
  void run(process.execPath, ["node_modules/typescript/bin/tsc", "-p", ".", "--watch"], { show: true });
/**
 * Several of the kernel's tests measure how long a Stop or an answer takes, and fail beside others: those files run one at
 * a time, before the rest.
 */
const alone = [...new Set(tests)].filter(file => file.startsWith(join("dist", "kernel")));
const beside = [...new Set(tests)].filter(file => !alone.includes(file));
let failed = 0;
for (const { files, atATime } of watch
  ? [{ files: [...alone, ...beside], atATime: 1 }]
  : [
      { files: alone, atATime: 1 },
      // Node's runner would leave one core free, which on a machine with two is half of it.
      { files: beside, atATime: availableParallelism() },
    ]) {
  if (files.length === 0) continue;
  // The reporter "spec" says again at the end what failed, where a log that is cut still has it.
  const { code } = await run(
    ready.node,
    [
      "--test",
      ...(watch ? ["--watch"] : []),
      "--test-reporter=spec",
      `--test-timeout=${FILE_MS}`,
      `--test-concurrency=${atATime}`,
      "--enable-source-maps",
      ...files.sort(),
    ],
    // The library has to work with the Node that is here, whatever runs the tests.
    { show: true, env: { NETSPACE_TEST_NODE: process.execPath } },
  );
  failed ||= code;
}
process.exit(failed);
