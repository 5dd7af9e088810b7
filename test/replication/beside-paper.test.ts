import assert from "node:assert/strict";
import { test } from "node:test";
import {
  claimComplexities,
  complexityBesidePaper,
  paperNumbers,
  printedNetwork,
  type AnyArchitecture,
  rangesBesidePaper,
  zoo,
  zooNames,
} from "netspace";

test("every network that the paper prints complexities of is in the zoo, with about the printed error", () => {
  const { fig15, fig16, table3, table4 } = paperNumbers();
  const names = [fig15, fig16, table3.networks, table4.networks].flatMap(Object.keys);
  // Those of other papers come without times on a V100.
  const papers = zooNames().filter(name => zoo<AnyArchitecture>(name).published.inferenceMs !== undefined);
  assert.deepEqual([...names].sort(), papers.sort());
  assert.equal(printedNetwork("RegNetX-200MF")?.error, 31.1);
  assert.equal(printedNetwork("ShuffleNet"), undefined);
});

test("printed RegNet complexities are exact, ResNet's params and activations are not", () => {
  const { fig15, fig16, table3 } = paperNumbers();
  const outcomes = (printed: typeof fig15) =>
    claimComplexities(complexityBesidePaper(printed)).map(({ outcome }) => outcome);
  assert.deepEqual(outcomes(fig15), ["replicated", "replicated", "replicated"]);
  assert.deepEqual(outcomes(fig16), ["replicated", "replicated", "replicated"]);
  assert.deepEqual(outcomes(table3.networks), ["replicated", "not replicated", "not replicated"]);
});

test("a printed number that is off is named with the exact one, and the reason if one is known", () => {
  const table = complexityBesidePaper({ "ResNet-50": { flopsG: 4.1, paramsM: 22.6 } });
  assert.equal(table.rows[0].differs, "params");
  const [flops, params, ...rest] = claimComplexities(table, { params: "a misprint" });
  assert.equal(rest.length, 0, "activations are not printed, so nothing is claimed of them");
  assert.equal(flops.evidence, "1 of 1 agree to the last printed digit");
  assert.equal(
    params.evidence,
    "0 of 1 agree to the last printed digit; ResNet-50 22.6 for 25.557: a misprint",
  );
});

test("rangesBesidePaper() puts [min | mean] and the lower tail beside the paper's, and a dash where there is none", () => {
  const { rows } = rangesBesidePaper({ A: [39, 49] }, [
    { name: "A", errors: [40, 50] },
    { name: "B", errors: [] },
  ]);
  assert.deepEqual(
    rows.map(row => Object.values(row)),
    [
      ["A", "[39.0 | 49.0]", "[40.0 | 45.0]", "41.0 | –", 2],
      ["B", "–", "–", "–", 0],
    ],
  );
  const errors = Array.from({ length: 32 }, (_, i) => 30 + i);
  const several = rangesBesidePaper({}, [
    { name: "A", errors, images: "Fashion-MNIST" },
    { name: "A", errors: [40, 50] },
  ]);
  assert.deepEqual(
    several.rows.map(row => [row["trained on"], row["here P10 | best of 32, %"]]),
    [
      ["Fashion-MNIST", "33.1 | 30.0"],
      ["", "41.0 | –"],
    ],
  );
});
