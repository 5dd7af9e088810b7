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

/** A family of one's own with a space of it: chains of convolutions. */
export const chainFile = `import { type AnyArchitecture, type Family, type Space } from "netspace";

interface Chain extends AnyArchitecture {
  readonly family: Family<Chain>;
  readonly widths: readonly number[];
}

export const chainFamily: Family<Chain> = {
  name: "own chain",
  check(caller, { widths }) {
    if (!Array.isArray(widths)) throw new RangeError(caller + ": expected widths");
  },
  assemble(ops, image, { widths, classes = 1000 }) {
    let x = image;
    for (const [i, width] of widths.entries()) {
      ops.scope("link" + (i + 1));
      x = ops.activation("act", ops.conv("conv", x, width, { kernel: 3, stride: 2, bias: true }), "relu");
    }
    ops.scope("head");
    return ops.linear("fc", ops.avgpool("pool", x), classes);
  },
  parameters: ({ widths }) => ({ depth: widths.length, widest: Math.max(...widths) }),
  title: ({ widths }) => "chain-" + widths.join("-"),
  toJson: ({ widths }) => ({ widths }),
  fromJson: ({ widths }) => ({ family: chainFamily, widths: widths as number[] }),
};

export const space: Space<Chain> = {
  name: "Chains",
  family: chainFamily,
  dimensions: ["depth", "widths"],
  size: 84n,
  draw(random) {
    const links = 1 + Math.floor(3 * random());
    const widths = Array.from({ length: links }, () => 8 * (1 + Math.floor(4 * random())));
    return { family: chainFamily, widths };
  },
};
`;
