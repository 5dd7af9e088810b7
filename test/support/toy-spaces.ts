/** Small spaces for searches: bits, and a tree whose choices depend on each other. */
import { DecisionSpace, type AnyArchitecture, type Family, type Space } from "netspace";

export interface Toy extends AnyArchitecture {
  readonly family: Family<Toy>;
  readonly values: readonly number[];
}

export const toyFamily: Family<Toy> = {
  name: "toy of the tests",
  check: () => {},
  assemble: (ops, image, { classes = 1000 }) => ops.linear("fc", ops.avgpool("pool", image), classes),
  parameters: ({ values }) => ({ depth: values.length, sum: values.reduce((a, b) => a + b, 0) }),
  title: ({ values }) => `toy-${values.join("")}`,
  toJson: ({ values }) => ({ values }),
  fromJson: json => ({ family: toyFamily, values: json.values as number[] }),
};

/** Genomes of `n` bits. */
export const bits = (n: number): Space<Toy> =>
  new DecisionSpace<Toy>(
    `${n} bits`,
    choose => ({
      family: toyFamily,
      values: Array.from({ length: n }, (_, i) => choose.free(`bit${i}`, [0, 1])),
    }),
    { family: toyFamily },
  );

/** A length, and as many digits, each of which is offered fewer values than the one before. */
export const digits = (): Space<Toy> =>
  new DecisionSpace<Toy>(
    "digits",
    choose => {
      const length = choose("length", [1, 2, 3]);
      const values: number[] = [];
      for (let i = 0; i < length; i++)
        values.push(
          choose(
            `digit${i}`,
            Array.from({ length: 4 - i }, (_, v) => v),
          ),
        );
      return { family: toyFamily, values };
    },
    { family: toyFamily },
  );
