import assert from "node:assert/strict";
import { test } from "node:test";
import { claimThat, type Outcome, verdict } from "netspace";
import {
  type CountedClaim,
  countClaims,
  countRows,
  countWords,
} from "../../../src/replication/claims/claim-counts.js";

const claim = (kind: CountedClaim["kind"], outcome: Outcome): CountedClaim => ({ kind, outcome });
const registered = (id: string, before: Outcome, outcome: Outcome): CountedClaim => ({
  kind: "trained",
  outcome,
  registered: { id, before },
});

test("claims are counted by what they are claims of, trained ones before and after correction", () => {
  const counts = countClaims([
    claim("arithmetic", "replicated"),
    claim("arithmetic", "not replicated"),
    claim("published", "replicated"),
    registered("a", "replicated", "not answerable"),
    registered("b", "replicated", "replicated"),
    registered("c", "not answerable", "not answerable"),
  ]);
  const words = ({ title, counts: each }: { title: string; counts: CountedCounts }) =>
    `${title}: ${countWords(each)}`;
  assert.deepEqual(countRows(counts).map(words), [
    "arithmetic and structure: 1 replicated, 1 not replicated",
    "published numbers, read again: 1 replicated",
    "trained here, before correction: 2 replicated, 1 not answerable",
    "trained here, after correction: 1 replicated, 2 not answerable",
  ]);
});
type CountedCounts = ReturnType<typeof countClaims>["after"];

test("a registered claim counts once, however many notebooks show it", () => {
  const { before, after } = countClaims([
    registered("a", "replicated", "replicated"),
    registered("a", "replicated", "replicated"),
  ]);
  assert.deepEqual([before.replicated, after.replicated], [1, 1]);
});

test("a trained claim that was not registered counts before correction only, and is told", () => {
  const counts = countClaims([claim("trained", "replicated")]);
  assert.deepEqual([counts.before.replicated, counts.after.replicated, counts.unregistered], [1, 0, 1]);
  const [, after] = countRows(counts);
  assert.deepEqual([after.title, countWords(after.counts)], ["trained here, after correction", "none"]);
  assert.match(after.note, /^1 not registered beforehand/);
});

test("claims of no kind are not counted among others", () => {
  const counts = countClaims([claim(undefined, "replicated")]);
  assert.equal(counts.arithmetic.replicated + counts.before.replicated, 0);
  assert.deepEqual(
    countRows(counts).map(({ title }) => title),
    ["of no kind"],
  );
});

test("a verdict never adds claims of different kinds up, and shows what correction took away", () => {
  const facts = {
    id: "a",
    hash: "0123",
    regime: "small networks",
    before: "replicated" as const,
    readings: [],
  };
  const trained = {
    claim: "It is better.",
    outcome: "not answerable" as const,
    evidence: "p",
    kind: "trained" as const,
    registered: facts,
  };
  const exact = { ...claimThat("It adds up.", true, "1 of 1"), kind: "arithmetic" as const };
  const mixed = verdict([exact, trained]);
  assert.equal(
    mixed.summary,
    "arithmetic and structure: 1 replicated; trained here, before correction: 1 replicated; trained here, after correction: 1 not answerable with these networks",
  );
  assert.match(
    mixed.toMarkdown(),
    /- \*It is better\.\* \*\*Not answerable with these networks \(before correction: replicated\):\*\* p\./,
  );
  assert.match(
    mixed.toMarkdown(),
    /\n\nClaims of trained networks are registered \(data\/claims\.json, SHA-256 0123\): small networks\.$/,
  );
  const read = { ...exact, kind: "published" as const };
  assert.equal(
    verdict([exact, read]).summary,
    "arithmetic and structure: 1 replicated; published numbers, read again: 1 replicated",
  );
  assert.equal(verdict([exact, exact]).summary, "replicated");
  // One kind and one outcome, but not before correction.
  assert.match(verdict([trained]).summary, /^trained here, before correction: 1 replicated; /);
});
