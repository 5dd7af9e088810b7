import assert from "node:assert/strict";
import { test } from "node:test";
import { DecisionSpace, sweep } from "netspace";

test("what is no options is told the names there are, those that may be left out with a question mark", async () => {
  await assert.rejects(
    sweep({} as never, undefined as never),
    /^RangeError: sweep: expected options as \{ out, workers\?, .*signal\? \}, got undefined$/,
  );
  assert.throws(
    () => new DecisionSpace("mine", () => undefined, 5 as never),
    /^RangeError: DecisionSpace: expected options as \{ family\?, accepts\?, .*\}, got 5$/,
  );
});
