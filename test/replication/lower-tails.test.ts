import assert from "node:assert/strict";
import { test } from "node:test";
import { lowerTails, seeded } from "netspace";

const random = seeded(3);
/** Errors of 100 networks around 30, the best of them lower or higher. */
const errors = (tail: number, n = 100) =>
  Array.from({ length: n }, (_, i) => (i % 5 === 0 ? 20 + tail : 32) + 2 * random());

test("a lower tail that is worse is said, whatever the mean does", () => {
  const best = { name: "C", errors: errors(0), images: "first wave" };
  // Better on average by 3 points, and without the best networks.
  const narrow = { name: "E", errors: errors(6).map(error => error - 3), images: "first wave" };
  const { rows } = lowerTails([
    [narrow, best],
    [best, narrow],
    [best, { ...best, name: "C again" }],
  ]);
  assert.deepEqual(
    rows.map(row => [row.pair, row["the first is"], row["trained on"], row.n]),
    [
      ["E minus C", "worse", "first wave", "100, 100"],
      ["C minus E", "better", "first wave", "100, 100"],
      ["C minus C again", "no different, as far as these show", "first wave", "100, 100"],
    ],
  );
  assert.match(rows[0]["P10, points"], /^\+[23]\.\d \[\+\d\.\d, \+\d\.\d\]$/);
  assert.match(rows[1]["best of 32, points"], /^−/);
});

test("few networks tell nothing of the lower tail, and a pair that is not whole has no row", () => {
  const [few, many] = [errors(0, 12), errors(0, 40)];
  const { rows } = lowerTails([
    [
      { name: "a", errors: few },
      { name: "b", errors: few },
    ],
    [
      { name: "a", errors: many },
      { name: "b", errors: [] },
    ],
    [
      { name: "a", errors: many },
      { name: "b", errors: many },
    ],
  ]);
  assert.deepEqual(
    rows.map(row => [
      row["P10, points"].startsWith("takes 32"),
      row["best of 32, points"],
      row["the first is"],
    ]),
    [
      [true, "takes 64 networks each", "not to be told yet"],
      [false, "takes 64 networks each", "no different, as far as these show"],
    ],
  );
  for (const wrong of [undefined, [few], [[{ name: "a", errors: few }]], [[{ name: "a" }, { name: "b" }]]])
    assert.throws(() => lowerTails(wrong as never), /^RangeError: lowerTails: expected/);
});
