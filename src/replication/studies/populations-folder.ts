/** Where the populations of the studies lie. */
import { join } from "node:path";
import { packageRoot } from "../../base/node/paths.js";

/** The folder of the populations: the environment's `NETSPACE_POPULATIONS`, else the package's `data/populations`. */
export const populationsFolder = (): string =>
  process.env.NETSPACE_POPULATIONS ?? join(packageRoot, "data", "populations");
