import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { readRegistration, readSearchClaims, VERDICT_MIME } from "netspace";
import { writeReport } from "../../src/report/report.js";

const out = mkdtempSync(join(tmpdir(), "netspace-counts-"));
after(() => rmSync(out, { recursive: true, force: true }));

const { hash, amendedHash, claims: registeredClaims } = readRegistration();
const [{ id: first }, { id: second }] = registeredClaims;

const claim = (outcome: string, more: object = {}) => ({
  claim: "So it is.",
  outcome,
  evidence: "seen",
  ...more,
});
const registered = (id: string, before: string, outcome: string, more: object = {}) =>
  claim(outcome, {
    kind: "trained",
    registered: { id, hash, before, ...(amendedHash !== hash && { amendedHash }), ...more },
  });

/** The report of notebooks with these verdicts. */
async function report(notebooks: Readonly<Record<string, readonly object[]>>, source = ""): Promise<string> {
  const files = Object.entries(notebooks).map(([name, claims]) => {
    const file = join(out, `${name}.ipynb`);
    const data = { [VERDICT_MIME]: { outcome: "mixed", summary: "as it is", claims } };
    const cell = {
      cell_type: "code",
      id: "verdict",
      metadata: {},
      source,
      execution_count: 1,
      outputs: [{ output_type: "execute_result", execution_count: 1, metadata: {}, data }],
    };
    writeFileSync(file, JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells: [cell] }));
    return file;
  });
  return readFileSync(await writeReport({ notebooks: files, populations: [], out }), "utf8");
}

const rowsOf = (html: string) =>
  [
    ...html.matchAll(
      /<tr><th scope="row">([^<]*)<\/th><td>([^<]*)(?: <span class="note">([^<]*)<\/span>)?<\/td>/g,
    ),
  ].map(([, title, words, note]) => [title, words, ...(note ? [note] : [])]);

test("the headline has four counts, and a registered claim that two notebooks show counts once", async () => {
  const html = await report({
    "fig01-one": [
      claim("replicated", { kind: "arithmetic" }),
      registered(first, "replicated", "not answerable"),
    ],
    "fig09-two": [
      claim("not replicated", { kind: "published" }),
      registered(first, "replicated", "not answerable"),
      registered(second, "replicated", "replicated"),
      claim("replicated", { kind: "trained" }),
    ],
  });
  assert.deepEqual(rowsOf(html), [
    ["Arithmetic and structure", "1 replicated"],
    ["Published numbers, read again", "1 not replicated"],
    ["Trained here, before correction", "3 replicated"],
    [
      "Trained here, after correction",
      "1 replicated, 1 not answerable",
      "(1 not registered beforehand, so in the row above alone)",
    ],
  ]);
  assert.match(
    html,
    new RegExp(`registered in <code>data/claims\\.json</code>, SHA-256 <code>${amendedHash}</code>`),
  );
  assert.match(html, /So it is\. <span class="kind">trained here, before correction replicated<\/span>/);
  assert.match(html, /<span class="kind">trained here, not registered<\/span>/);
});

test("claims of notebooks that were executed before kinds were told apart are counted by themselves", async () => {
  const html = await report({ "fig01-one": [claim("replicated")] });
  assert.deepEqual(rowsOf(html), [["Of no kind", "1 replicated"]]);
  assert.doesNotMatch(html, /data\/claims\.json/);
});

test("a report says which claims its notebooks do not show, ask for in vain, or have from another registration", async () => {
  const source = 'verdict(await registered("fig05-gone<b>"));';
  const html = await report(
    { "fig01-one": [registered(first, "replicated", "replicated", { hash: "f".repeat(64) })] },
    source,
  );
  assert.match(html, /The registration and these notebooks do not fit each other/);
  assert.match(html, /<li>fig01-one asks for fig05-gone&lt;b&gt;, of which nothing is registered<\/li>/);
  assert.match(html, /<li>fig01-one was executed with another registration, ffffffffffff for /);
  assert.match(html, /is registered for Figure 1, whose notebook does not show it/);
  assert.match(html, /<li>and \d+ more<\/li>/);
});

test("claims about searches are counted with the others, and their registration is named beside", async () => {
  const { claims, hash: all, room } = readSearchClaims();
  const { id, notebook } = claims[0];
  const searched = claim("not answerable", {
    kind: "trained",
    registered: { id, file: "data/search-claims.json", hash: "0".repeat(64), before: "replicated" },
  });
  const html = await report(
    { [notebook]: [searched, registered(first, "replicated", "replicated")] },
    `searchClaim("${id}")`,
  );
  assert.deepEqual(rowsOf(html), [
    ["Trained here, before correction", "2 replicated"],
    ["Trained here, after correction", "1 replicated, 1 not answerable"],
  ]);
  assert.ok(
    html.includes(
      `registered in <code>data/search-claims.json</code>, ${claims.length} where the correction has room for ${room}, SHA-256 <code>${all}</code>`,
    ),
  );
  // Its own hash is another, which is told; that it is none of data/claims.json is no problem.
  assert.match(html, new RegExp(`${notebook} was executed with another registration, 000000000000 for`));
  assert.ok(!html.includes(`${notebook} shows ${id}, which is not registered`));
});
