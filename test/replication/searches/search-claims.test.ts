import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { readRegistration, readSearchClaims, RegistrationError } from "netspace";
import { packageRoot } from "../../../src/base/node/paths.js";
import type { AskingNotebook } from "../../../src/replication/registration/registration-problems.js";
import { searchClaimProblems } from "../../../src/replication/searches/search-claim-problems.js";
import { notebookHash } from "../../../src/replication/searches/search-claims.js";

const folder = mkdtempSync(join(tmpdir(), "netspace-search-claims-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const claim = {
  id: "nas-1-lower",
  notebook: "nas-1-toy",
  source: "nobody",
  claim: "One is lower.",
  test: { kind: "lower", of: "error", a: "one", b: "other", by: "welch" },
  registered: "2026-11-27",
};
const whole = {
  version: 1,
  purpose: "Tests.",
  level: 0.05,
  correction: "Bonferroni",
  room: 2,
  claims: [claim, { ...claim, id: "nas-2-lower", notebook: "nas-2-toy" }],
  amendments: [] as object[],
};

function written(data: unknown): string {
  const file = join(folder, "claims.json");
  writeFileSync(file, typeof data === "string" ? data : JSON.stringify(data));
  return file;
}

test("the package's claims of searches fit, and those of trained networks are as many as they were", () => {
  const { claims, room, level } = readSearchClaims();
  assert.ok(claims.length > 0 && claims.length <= room && level === 0.05);
  assert.equal(readRegistration().claims.length, 65);
});

describe("what does not fit is named, field by field", () => {
  for (const [what, data, messages] of [
    ["no JSON", "{", [/could not read .*claims\.json/]],
    ["an unknown field", { ...whole, levels: 1 }, [/levels: no such field/]],
    ["a level of a half", { ...whole, level: 0.5 }, [/level: /]],
    [
      "no room",
      { ...whole, room: 1 },
      [/claims: expected at most 1, for which the correction has room, got 2/],
    ],
    [
      "an id twice",
      { ...whole, claims: [claim, claim] },
      [/claims\.1\.id: expected an id of its own, got nas-1-lower again/],
    ],
    [
      "several faults of a claim",
      { ...whole, claims: [{ ...claim, id: "mine", source: "", registered: "yesterday" }] },
      [
        /claims\.0\.id: expected an id such as/,
        /claims\.0\.source/,
        /claims\.0\.registered: expected a date/,
      ],
    ],
    [
      "a test without its margin",
      { ...whole, claims: [{ ...claim, test: { ...claim.test, kind: "same", by: undefined } }] },
      [/claims\.0\.test\.margin/],
    ],
    [
      "a margin below zero",
      { ...whole, claims: [{ ...claim, test: { ...claim.test, margin: -1 } }] },
      [/claims\.0\.test\.margin: expected a number > 0/],
    ],
    [
      "an unknown test",
      { ...whole, claims: [{ ...claim, test: { kind: "better" } }] },
      [/claims\.0\.test\.kind: expected one of "lower"/],
    ],
    [
      "an amendment of what never stood there",
      {
        ...whole,
        amendments: [
          {
            date: "2026-11-28",
            claim: "nas-1-lower",
            reason: "so",
            before: { claim: "Two." },
            after: { claim: "Three." },
          },
        ],
      },
      [/amendments\.0\.before\.claim: expected what holds until then, "One is lower\.", got "Two\."/],
    ],
    [
      "an amendment from before the claim, of its id",
      {
        ...whole,
        amendments: [
          {
            date: "2026-11-26",
            claim: "nas-1-lower",
            reason: "so",
            before: { id: claim.id },
            after: { id: "nas-1-other" },
          },
        ],
      },
      [
        /amendments\.0\.date: expected one not before 2026-11-27/,
        /amendments\.0\.after\.id: expected fields that may change/,
      ],
    ],
    [
      "an amendment of nothing",
      { ...whole, amendments: [{ date: "2026-11-28", claim: "nas-9", reason: "so", before: {}, after: {} }] },
      [/amendments\.0\.claim: expected one that is registered, got nas-9/],
    ],
  ] as const) {
    test(what, () => {
      assert.throws(
        () => readSearchClaims(written(data)),
        (error: Error) => {
          assert.ok(error instanceof RegistrationError, error.name);
          for (const message of messages) assert.match(error.message, message);
          return true;
        },
      );
    });
  }
});

test("a notebook's hash is that of its own claims, whatever others register", () => {
  const one = readSearchClaims(written(whole));
  const { hash } = notebookHash(one, "nas-1-toy");
  // As data/README.md has it in Python: keys sorted, no spaces.
  const { version, level, correction, room } = whole;
  const own = { amendments: [], claims: [claim], correction, level, notebook: "nas-1-toy", room, version };
  const sorted = JSON.stringify(own, (_, value: unknown) =>
    value !== null && typeof value === "object" && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
  assert.equal(hash, createHash("sha256").update(sorted).digest("hex"));
  const other = readSearchClaims(
    written({ ...whole, claims: [{ ...whole.claims[1], claim: "Two." }, claim] }),
  );
  assert.equal(notebookHash(other, "nas-1-toy").hash, hash);
  const moved = readSearchClaims(written({ ...whole, claims: [{ ...claim, claim: "Two." }] }));
  assert.notEqual(notebookHash(moved, "nas-1-toy").hash, hash);
});

describe("notebooks and claims fit each other", () => {
  const registration = readSearchClaims(written(whole));
  const asking = (name: string, ...ids: string[]): AskingNotebook => ({
    name,
    source: ids.map(id => `await searchClaim("${id}", data)`).join("\n"),
    shown: ids.map(id => ({ id, hash: notebookHash(registration, name).hash })),
  });
  const both = [asking("nas-1-toy", "nas-1-lower"), asking("nas-2-toy", "nas-2-lower")];

  test("all is well", () => assert.deepEqual(searchClaimProblems(registration, both), []));

  test("a claim that its notebook does not show, one that is not registered, outputs of another registration", () => {
    assert.deepEqual(searchClaimProblems(registration, [both[0], { ...both[1], source: "", shown: [] }]), [
      "nas-2-lower is registered for nas-2-toy, which does not show it",
    ]);
    const gone = { ...both[1], source: 'searchClaim("nas-2-lower"); searchClaim("nas-2-gone")' };
    assert.deepEqual(searchClaimProblems(registration, [both[0], gone]), [
      "nas-2-toy asks for nas-2-gone, which is not registered",
    ]);
    const stale = { ...both[1], shown: [{ id: "nas-2-lower", hash: "0".repeat(64) }] };
    assert.match(
      searchClaimProblems(registration, [both[0], stale])[0],
      /nas-2-toy was executed with another registration, 000000000000 for /,
    );
  });

  test("the committed notebooks ask for what is registered for them", () => {
    const ours = readSearchClaims();
    const names = [...new Set(ours.claims.map(({ notebook }) => notebook))].filter(name =>
      existsSync(join(packageRoot, "notebooks", `${name}.ipynb`)),
    );
    const notebooks = names.map((name): AskingNotebook => {
      const text = readFileSync(join(packageRoot, "notebooks", `${name}.ipynb`), "utf8");
      const { cells } = JSON.parse(text) as { cells: { cell_type: string; source: string | string[] }[] };
      const code = cells
        .filter(cell => cell.cell_type === "code")
        .map(({ source }) => [source].flat().join(""));
      return { name, source: code.join("\n"), shown: [] };
    });
    const problems = searchClaimProblems(ours, notebooks);
    // What is registered for a notebook that is still to be written is not asked for.
    const toWrite = (problem: string) =>
      ours.claims.some(each => problem.startsWith(each.id) && !names.includes(each.notebook));
    assert.deepEqual(
      problems.filter(problem => !toWrite(problem)),
      [],
    );
  });
});
