/** CommonJS modules that were broken off while they were loading. */

import { createRequire } from "node:module";

/**
 * Forgets them, so that the next `require` loads them from the beginning; otherwise it would give what they had exported
 * until then. Called when no module is loading.
 */
export function forgetUnfinishedModules(): void {
  const { cache } = createRequire(import.meta.url);
  for (const [file, module] of Object.entries(cache)) if (module && !module.loaded) delete cache[file];
}
