/** What this package is called, which version it is, and where its code lies. */

import { fileURLToPath } from "node:url";

/** The package's name, as its package.json has it. */
export const NAME = "typescript-jupyter-kernel";

/** The package's version, as its package.json has it: read from there, it would have to be found first. */
export const VERSION = "0.1.0";

/** The folder of the compiled code, in the package itself or within a host's that brings the kernel along. */
export const codeFolder: string = fileURLToPath(new URL("..", import.meta.url));
