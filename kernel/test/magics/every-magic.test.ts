/** What follows from a magic's one file, for every one of them. */

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { expandMagics } from "../../cells/expand-magics.js";
import { maskMagics } from "../../cells/mask-magics.js";
import { createDisplay } from "../../display/display.js";
import { completeMagic } from "../../language/magics/complete-magic.js";
import { inspectMagic } from "../../language/magics/inspect-magic.js";
import { magicCompleteness } from "../../language/magics/magic-completeness.js";
import { MAGICS } from "../../magics/index.js";
import { startMagics } from "../../magics/start-magics.js";
import { runServerMagics } from "../../server/server-magics.js";
import { temporaryFolder } from "../support/temporary-folder.js";

const server = {
  typecheck: { mode: "warn" } as const,
  restart: () => {},
  inspect: async () => ({ found: false, data: {}, metadata: {} }),
};

for (const [name, { usage, summary, magic }] of MAGICS) {
  test(`${name} is completed, explained and expanded by what its file says`, async () => {
    assert.ok(usage === name || usage.startsWith(`${name} `), usage);
    assert.match(summary, /^[A-Z].*\.$/);
    assert.ok(completeMagic(name, name.length)?.matches.includes(name));
    assert.ok(inspectMagic(name, name.length)?.data["text/plain"]?.toString().startsWith(usage));
    const { page, done } = await runServerMagics(`?${name}`, server);
    assert.ok(done && String(page?.["text/plain"]).includes(summary));
    const line = `${name} `;
    if (magic.words && magic.runs !== "code") {
      assert.deepEqual(completeMagic(line, line.length)?.matches, magic.words);
    }
    const wholeCell = name.startsWith("%%");
    const ready = magicCompleteness(`${name}\ntext`)?.status;
    assert.equal(ready, wholeCell && magic.runs !== "code" ? "incomplete" : undefined);
    const cell = magic.runs === "code" && !wholeCell ? `${name} f(1)` : `${name}\nf(1)`;
    const { code } = expandMagics(cell, "h");
    assert.doesNotMatch(code, /^\s*%/m);
    // Each call that is put in exists where cells run.
    const calls = startMagics({
      folder: temporaryFolder(),
      display: createDisplay(() => {
        throw new Error("nothing is shown");
      }),
      variables: () => [],
      stopWatch: () => () => false,
      stopHere: () => {},
    });
    for (const [, call = ""] of code.matchAll(/\bh\.(\w+)/g))
      assert.equal(typeof calls[call], "function", call);
    const seen = magic.runs === "code" || !wholeCell;
    assert.equal(maskMagics(cell).trim(), seen ? "f(1)" : "");
  });
}

test("every file of a magic has its line in the list", async () => {
  const folder = fileURLToPath(new URL("../../magics/", import.meta.url));
  const listed = new Set([...MAGICS.values()].map(({ magic }) => magic.name));
  // By what they say: a folder of compiled files may have some whose source has gone.
  const files = readdirSync(folder).flatMap(file => {
    const name = /^([\w-]+)\.js$/.exec(file)?.[1];
    const isMagic = /\bruns: "(?:evaluator|server|code)"/.test(
      name ? readFileSync(folder + file, "utf8") : "",
    );
    return name && isMagic ? [name] : [];
  });
  assert.deepEqual(files.sort(), [...listed].sort());
});

test("a magic of the server is heeded where it is indented, as other magics are", async () => {
  const { text, done } = await runServerMagics("  %typecheck\n1", server);
  assert.equal(text, "type checking: warn\n");
  assert.equal(done, false);
  const { error } = await runServerMagics("1\n  %reset", server);
  assert.match(error?.evalue ?? "", /^%reset: expected to stand before all code/);
});
