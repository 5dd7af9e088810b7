/** A space and a block of one's own, as files in a folder: `ghost.ts`, which imports `lib/kernel.ts`. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Writes text files into a folder, with the folders on the way. */
export function writeAll(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

export const ghostFiles = {
  "ghost.ts": `import { AnyNetXA, type Block, convNorm } from "netspace";
import { kernel } from "./lib/kernel.js";

/** One convolution, and half as many channels again by a cheap one, as in GhostNet. */
export const ghost: Block = {
  name: "ghost",
  build(ops, x, { width, stride, activation }) {
    const y = convNorm(ops, "_primary", x, width, { kernel, stride }, activation);
    return ops.add("add", y, convNorm(ops, "_cheap", y, width, { kernel, groups: width }));
  },
};

export const space = AnyNetXA.with({ block: ghost }).share("bottleneck").named("Ghost");
`,
  "lib/kernel.ts": "export const kernel: number = 3;\n",
} as const;
