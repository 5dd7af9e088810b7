/**
 * The Node that runs the kernel: this one if it is new enough, otherwise one from the npm registry, in .setup/node.
 *
 *   node scripts/fetch-node.mjs      prints the program's path
 *
 * scripts/node names a package for each platform, which holds Node's program as its authors built it (45 MB to fetch, 130
 * on disk), and the lock file says what each must be to the byte. No script of a package runs.
 */
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { run, StepError, tail } from "./step.mjs";

/** Stop needs what V8 and Node can do since then; see docs/design/kernel-processes.md#node-24-for-the-kernel. */
const FLOOR = 24;

const root = fileURLToPath(new URL("..", import.meta.url));
const sources = join(root, "scripts", "node");
const folder = join(root, ".setup", "node");
const FILES = ["package.json", "package-lock.json"];

/** The program among the packages that npm chose for this platform. */
function fetched() {
  const packages = join(folder, "node_modules");
  const [name] = existsSync(packages) ? readdirSync(packages).filter(each => each.startsWith("node-")) : [];
  const program = process.platform === "win32" ? "node.exe" : "node";
  return name === undefined ? undefined : join(packages, name, "bin", program);
}

/** Whether what lies there is what the lock file asks for; it is marked when it has run. */
const isCurrent = () => {
  const mark = join(folder, ".ready");
  return existsSync(mark) && readFileSync(mark, "utf8") === readFileSync(join(sources, FILES[1]), "utf8");
};

async function fetchNode() {
  mkdirSync(folder, { recursive: true });
  for (const file of FILES) copyFileSync(join(sources, file), join(folder, file));
  const args = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", folder];
  const { code, output } = await run("npm", args);
  if (code !== 0) throw new Error(`npm could not fetch it\n${tail(output)}`);
  const program = fetched();
  if (program === undefined) throw new Error(`there is none for ${process.platform}-${process.arch}`);
  const { code: status, output: said } = await run(program, ["--version"]);
  if (status !== 0)
    throw new Error(`the one for ${process.platform}-${process.arch} does not run here: ${said}`);
  writeFileSync(join(folder, ".ready"), readFileSync(join(sources, FILES[1]), "utf8"));
  return said.trim();
}

/**
 * @returns {Promise<{ node: string, did?: string }>} the program's path, and what was done to have it
 * @throws {StepError} when there is none and none can be had
 */
export async function kernelNode() {
  if (Number.parseInt(process.versions.node, 10) >= FLOOR) return { node: process.execPath };
  try {
    const did = isCurrent() ? undefined : `${await fetchNode()} in .setup/node`;
    return { node: /** @type {string} */ (fetched()), ...(did !== undefined && { did }) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StepError(
      `cells need Node ≥ ${FLOOR}, this is ${process.version}; install a newer Node, or let npm fetch one: ${reason}`,
    );
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    console.log((await kernelNode()).node);
  } catch (error) {
    if (!(error instanceof StepError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
