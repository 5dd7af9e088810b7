/** Where the tests are run: the repository, whose package is the host of the kernel under test. */

import { fileURLToPath } from "node:url";
import { serve } from "../../hosts/hosts.js";
import type { KernelspecOptions } from "../../install/kernelspec.js";

/** The folder of the repository. */
export const repository: string = fileURLToPath(new URL("../../../..", import.meta.url));

/** How the host registers its kernel. */
export const HOSTED = {
  hosts: [repository],
  name: "netspace",
  displayName: "TypeScript (netspace)",
} satisfies KernelspecOptions;

/** Has whatever parts of the kernel run in the test's own process serve the host, too. */
export const serveHost = (): void => serve(HOSTED.hosts);
