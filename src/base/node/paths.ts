/** Where the package lies on disk, found from this module: works from the repository and when installed. */
import { fileURLToPath } from "node:url";

/** The package's root folder; this file is compiled to `dist/src/base/node/paths.js`. */
export const packageRoot = fileURLToPath(new URL("../../../..", import.meta.url));
