/** The machine that trains, and the versions of what trains on it: kept with populations, so that numbers can be judged. */
import { readFileSync } from "node:fs";
import { arch, availableParallelism, cpus, platform, release, totalmem } from "node:os";
import { join } from "node:path";
import { packageRoot } from "../../base/node/paths.js";

export interface Machine {
  /** The processor as it calls itself. */
  readonly processor: string;
  readonly cores: number;
  /** Main memory, GiB. */
  readonly memory: number;
  /** Operating system, its release, and the architecture. */
  readonly system: string;
  readonly node: string;
  readonly netspace: string;
}

/** This package's version. */
export const netspaceVersion = (): string =>
  (JSON.parse(readFileSync(join(packageRoot, "package.json"), "utf8")) as { version: string }).version;

/** The machine this runs on. */
export const thisMachine = (): Machine => ({
  processor: cpus()[0]?.model.trim() ?? "unknown",
  cores: availableParallelism(),
  memory: Math.round(totalmem() / 2 ** 30),
  system: `${platform()} ${release()} ${arch()}`,
  node: process.versions.node,
  netspace: netspaceVersion(),
});
