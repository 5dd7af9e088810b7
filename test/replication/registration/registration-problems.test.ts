import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { readRegistration } from "netspace";
import { packageRoot } from "../../../src/base/node/paths.js";
import {
  type AskingNotebook,
  registrationProblems,
} from "../../../src/replication/registration/registration-problems.js";

const registration = readRegistration();

/** The committed notebooks of figures and tables, by their code. */
const committed: AskingNotebook[] = readdirSync(join(packageRoot, "notebooks"))
  .filter(name => /^(fig|table).*\.ipynb$/.test(name))
  .map(name => {
    const text = readFileSync(join(packageRoot, "notebooks", name), "utf8");
    const { cells } = JSON.parse(text) as { cells: { cell_type: string; source: string | string[] }[] };
    const code = cells
      .filter(cell => cell.cell_type === "code")
      .map(({ source }) => [source].flat().join(""));
    return { name: name.replace(".ipynb", ""), source: code.join("\n"), shown: [] };
  });

test("each registered claim is shown by the notebooks of its figures, and these ask for nothing else", () => {
  assert.deepEqual(registrationProblems(registration, committed), []);
});

describe("what does not fit is named", () => {
  const without = (name: string) => committed.filter(notebook => !notebook.name.startsWith(name));
  const withOne = (more: Partial<AskingNotebook>) => [
    ...committed,
    { name: "fig99-new", source: "", shown: [], ...more },
  ];

  test("a claim whose figure has no notebook", () => {
    const problems = registrationProblems(registration, without("fig05"));
    assert.ok(
      problems.includes("fig05-b-same-as-a is registered for Figure 5, whose notebook does not show it"),
      problems.join("\n"),
    );
    assert.ok(problems.every(problem => problem.startsWith("fig05-")));
  });

  test("a claim of which one of two figures' notebooks shows it", () => {
    const problems = registrationProblems(registration, without("fig10"));
    assert.ok(
      problems.includes("fig09-e-better-than-a is registered for Figure 10, whose notebook does not show it"),
    );
  });

  test("a notebook that asks for a claim or a figure of which nothing is registered", () => {
    const source =
      'verdict([...(await registered("fig05-gone")), ...(await registered(3)), ...(await registered(["fig05-b-same-as-a", "fig06-gone"]))]);';
    assert.deepEqual(registrationProblems(registration, withOne({ source })), [
      "fig99-new asks for fig05-gone, of which nothing is registered",
      "fig99-new asks for Figure 3, of which nothing is registered",
      "fig99-new asks for fig06-gone, of which nothing is registered",
    ]);
  });

  test("outputs of another registration, or of a claim that is gone", () => {
    const { hash, amendedHash, claims } = registration;
    const [{ id }] = claims;
    assert.deepEqual(registrationProblems(registration, withOne({ shown: [{ id, hash, amendedHash }] })), []);
    assert.match(
      registrationProblems(registration, withOne({ shown: [{ id, hash: "f".repeat(64) }] }))[0],
      /^fig99-new was executed with another registration, ffffffffffff for [0-9a-f]{12}$/,
    );
    assert.match(
      registrationProblems(registration, withOne({ shown: [{ id, hash, amendedHash: "e".repeat(64) }] }))[0],
      /another registration, eeeeeeeeeeee for/,
    );
    assert.deepEqual(
      registrationProblems(registration, withOne({ shown: [{ id: "fig05-gone", hash, amendedHash }] })),
      ["fig99-new shows fig05-gone, which is not registered"],
    );
  });
});
