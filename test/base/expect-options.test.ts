import assert from "node:assert/strict";
import { test } from "node:test";
import { AnyNetXA, sweep } from "netspace";
import { randomSearch } from "../../src/search/index.js";

test("what is no options is told the names there are, those that may be left out with a question mark", async () => {
  await assert.rejects(
    sweep({} as never, undefined as never),
    /^RangeError: sweep: expected options as \{ out, workers\?, .*signal\? \}, got undefined$/,
  );
  assert.throws(
    () => randomSearch(AnyNetXA, 5 as never),
    /^RangeError: randomSearch: expected options as \{ seed, where\?, resolution\? \}, got 5$/,
  );
});
