/** The generator that everything is drawn by. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { bitsAt, checkedRandom, seeded, seededAt } from "../../src/base/random.js";

test("a seed's numbers are xoroshiro128+'s after 64 draws, whatever its bits", () => {
  const seeds = [0, 1, -1, 255, 256, 65535, 65536, 2 ** 24, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, -(2 ** 31)];
  for (let i = 0; i < 2000; i++) seeds.push(bitsAt(7, i));
  for (const seed of seeds) {
    const plain = xoroshiro128plus(seed | 0);
    for (let i = 0; i < 64; i++) plain.next();
    const random = seeded(seed);
    for (let i = 0; i < 4; i++) assert.equal(random(), (plain.next() >>> 0) / 2 ** 32, `seed ${seed}`);
  }
});

test("a generator of ours is taken as it is, one of the caller's is held to its bounds", () => {
  const ours = seededAt(3, 4);
  assert.equal(checkedRandom("test", ours), ours);
  const own = () => 1;
  assert.throws(() => checkedRandom("test", own)(), /test: random must give numbers in \[0, 1\), got 1/);
  assert.throws(() => checkedRandom(() => "made up", 3), /made up: expected a source of randomness/);
  assert.equal(bitsAt(3, 4), bitsAt(3, 4));
  assert.notEqual(bitsAt(3, 4), bitsAt(3, 5));
});
