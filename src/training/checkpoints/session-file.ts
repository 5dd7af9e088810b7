/**
 * Where a session stands, in a safetensors file: each tensor behind what it is of (`first/stem.conv.weight`), the rest as a
 * note, beside notes of whoever goes on with it.
 */
import { mkdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileProblem } from "../../base/node/file-problem.js";
import { expectFields, expectName } from "../../base/expect.js";
import { requireRegular } from "../../base/node/regular-file.js";
import { replaceFile } from "../../base/node/replace-file.js";
import { isObject, say } from "../../base/say.js";
import type { Weight } from "../engine.js";
import type { SessionState } from "../session.js";
import { decodeSafetensors, encodeSafetensors } from "../weights/safetensors.js";
import { CheckpointError } from "./checkpoint.js";

const kinds = ["weights", "first", "second"] as const;
type Kind = (typeof kinds)[number];
const NOTE = "netspace session";
const FORM = 1;

/**
 * Writes a session's state, whole or not at all, after a power failure as well; its folder is made if need be.
 *
 * @param notes texts of the caller's own, such as what a search has besides weights, as JSON: one file is never half of two
 * @throws CheckpointError if the file cannot be written, naming it
 * @example
 * ```ts
 * const network = build(regNet({ depth: 4, w0: 8, wa: 8, wm: 2, bottleneck: 1, groupWidth: 8 }, { classes: 2 }));
 * const session = await torch.session!(network);
 * saveSessionState("session.safetensors", await session.state!(), { epoch: "3" });
 * await session.restoreState!(loadSessionState("session.safetensors").state);
 * (await session.state!()).optimiser; // => "sgd"
 * session.dispose();
 * ```
 */
export function saveSessionState(
  file: string,
  state: SessionState,
  notes: Readonly<Record<string, string>> = {},
): void {
  expectName("saveSessionState", "the name of a file", file);
  expectFields("saveSessionState", "a session's state", state, {
    optimiser: "text",
    steps: "any",
    weights: "object",
    first: "object",
    second: "object?",
    dropout: "object",
  });
  if (!isObject(notes) || !Object.values(notes).every(text => typeof text === "string")) {
    throw new RangeError(`saveSessionState: notes must be texts by name, got ${say(notes)}`);
  }
  const { optimiser, steps, dropout } = state;
  for (const count of steps instanceof Map ? steps.values() : [steps]) {
    if (typeof count === "number") continue;
    throw new RangeError(
      `saveSessionState: expected numbers of steps, of all weights or by weight, got ${say(count)}`,
    );
  }
  if (!(dropout instanceof Uint8Array)) {
    throw new RangeError(
      `saveSessionState: expected bytes as dropout of a session's state, got ${say(dropout)}`,
    );
  }
  const tensors = new Map<string, Weight>();
  for (const kind of kinds) {
    const part: unknown = state[kind];
    if (part !== undefined && !(part instanceof Map)) {
      throw new RangeError(
        `saveSessionState: expected a state whose ${kind} are a Map of tensors by name, got ${say(part)}`,
      );
    }
    for (const [name, tensor] of state[kind] ?? []) tensors.set(`${kind}/${name}`, tensor);
  }
  const note = JSON.stringify({
    form: FORM,
    optimiser,
    steps: steps instanceof Map ? Object.fromEntries(steps) : steps,
    dropout: Buffer.from(dropout).toString("base64"),
    notes,
  });
  try {
    mkdirSync(dirname(file), { recursive: true });
    replaceFile(file, encodeSafetensors(tensors, { [NOTE]: note }), { durable: true });
  } catch (cause) {
    const problem = `saveSessionState: could not write ${file}: ${fileProblem(cause)}`;
    throw new CheckpointError(problem, { cause });
  }
}

/**
 * Reads a session's state of `saveSessionState`, and the texts that were kept with it.
 *
 * @throws CheckpointError if the file cannot be read, or holds no session's state that this version reads
 * @example
 * ```ts
 * const network = build(regNet({ depth: 4, w0: 8, wa: 8, wm: 2, bottleneck: 1, groupWidth: 8 }, { classes: 2 }));
 * const session = await torch.session!(network);
 * saveSessionState("search.safetensors", await session.state!(), { epoch: "3" });
 * loadSessionState("search.safetensors").notes; // => { epoch: "3" }
 * session.dispose();
 * ```
 */
export function loadSessionState(file: string): {
  readonly state: SessionState;
  readonly notes: Readonly<Record<string, string>>;
} {
  expectName("loadSessionState", "the name of a file", file);
  try {
    requireRegular(file);
    const { weights: tensors, metadata } = decodeSafetensors(readFileSync(file), file);
    const { optimiser, steps, dropout, notes } = noteOf(metadata[NOTE]);
    const parts: Record<Kind, Map<string, Weight>> = {
      weights: new Map(),
      first: new Map(),
      second: new Map(),
    };
    for (const [name, tensor] of tensors) {
      const slash = name.indexOf("/");
      const kind = name.slice(0, slash) as Kind;
      if (!kinds.includes(kind)) throw new Error(`expected no tensor ${say(name)}`);
      parts[kind].set(name.slice(slash + 1), tensor);
    }
    const { weights, first, second } = parts;
    const state = {
      optimiser,
      steps: typeof steps === "number" ? steps : new Map(Object.entries(steps)),
      weights,
      first,
      ...(second.size > 0 && { second }),
      dropout: Uint8Array.from(Buffer.from(dropout, "base64")),
    };
    return { state, notes };
  } catch (cause) {
    throw new CheckpointError(`loadSessionState: could not read ${file}: ${fileProblem(cause)}`, {
      cause,
    });
  }
}

interface Note {
  readonly form: unknown;
  readonly optimiser: string;
  readonly steps: number | Readonly<Record<string, number>>;
  readonly dropout: string;
  readonly notes: Readonly<Record<string, string>>;
}

function noteOf(text: string | undefined): Note {
  const note: unknown = text === undefined ? undefined : JSON.parse(text);
  const { form, optimiser, steps, dropout, notes } = (isObject(note) ? note : {}) as Partial<Note>;
  const known =
    form === FORM &&
    typeof optimiser === "string" &&
    (typeof steps === "number" || isObject(steps)) &&
    typeof dropout === "string" &&
    isObject(notes);
  if (!known) throw new Error(`expected a session's state of form ${FORM}, got ${say(note)}`);
  return note as Note;
}
