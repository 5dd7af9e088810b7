/** What this package's kernel is registered with: the names that notebooks know it by, and the host of its cells. */
import { packageRoot } from "../base/node/paths.js";

/** The name of the kernelspec, the name people see, and the package that cells import wherever they are. */
export const ownKernel = {
  name: "netspace",
  displayName: "TypeScript (netspace)",
  hosts: [packageRoot],
} as const;
