/** A family of the tests' own: a plain chain of convolutions, as small as a family can be. */
import { type AnyArchitecture, type Family, NetworkError, type Space } from "netspace";

export interface Chain extends AnyArchitecture {
  readonly family: Family<Chain>;
  readonly widths: readonly number[];
}

export const chainFamily: Family<Chain> = {
  name: "chain of the tests",
  check(caller, { widths }) {
    if (
      Array.isArray(widths) &&
      widths.length > 0 &&
      widths.every(width => Number.isInteger(width) && width > 0)
    )
      return;
    throw new NetworkError(`${caller}: widths must be positive integers, got ${JSON.stringify(widths)}`);
  },
  assemble(ops, image, { widths, classes = 1000 }) {
    let x = image;
    for (const [i, width] of widths.entries()) {
      ops.scope(`link${i + 1}`);
      x = ops.activation("act", ops.conv("conv", x, width, { kernel: 3, stride: 2, bias: true }), "relu");
    }
    ops.scope("head");
    return ops.linear("fc", ops.avgpool("pool", x), classes);
  },
  parameters: ({ widths }) => ({
    depth: widths.length,
    ...Object.fromEntries(widths.map((width, i) => [`link${i + 1}`, width])),
  }),
  title: ({ widths }) => `chain-${widths.join("-")}`,
  toJson: ({ widths }) => ({ widths }),
  fromJson: ({ widths }) => ({ family: chainFamily, widths: widths as number[] }),
};

export const chain = (widths: readonly number[], rest: Partial<Chain> = {}): Chain => ({
  family: chainFamily,
  widths,
  ...rest,
});

/** Chains of one to three links of 8, 16, 24 or 32 channels. */
export const chains: Space<Chain> = {
  name: "chains",
  family: chainFamily,
  dimensions: ["depth", "link1", "link2", "link3"],
  size: 4n + 4n ** 2n + 4n ** 3n,
  draw(random) {
    const links = 1 + Math.floor(3 * random());
    return chain(Array.from({ length: links }, () => 8 * (1 + Math.floor(4 * random()))));
  },
};
