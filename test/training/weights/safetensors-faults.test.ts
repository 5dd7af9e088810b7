import assert from "node:assert/strict";
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execFileSync } from "node:child_process";
import { after, test } from "node:test";
import {
  checkWeights,
  decodeSafetensors,
  encodeSafetensors,
  loadWeights,
  saveWeights,
  type Weights,
} from "netspace";
import { small } from "../../support/networks.js";

const folder = mkdtempSync(join(tmpdir(), "netspace-safetensors-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const tensor = (shape: unknown, values: unknown = new Float32Array(4)) =>
  new Map([["a", { shape, values }]]) as never;
const fine = new Map([["a", { shape: [2, 2], values: Float32Array.of(1, 2, 3, 4) }]]);

test("encodeSafetensors() writes nothing that no reader takes", () => {
  const says = (weights: unknown, metadata: unknown, message: RegExp) =>
    assert.throws(() => encodeSafetensors(weights as Weights, metadata as never), {
      name: "WeightsError",
      message,
    });
  for (const odd of [null, undefined, {}, "a", [["a", 1]]])
    says(odd, {}, /^encodeSafetensors: expected weights, a Map/);
  for (const odd of [null, "text", ["text"], 5])
    says(fine, odd, /^encodeSafetensors: expected metadata as texts/);
  for (const odd of [5, {}, null, undefined, ["x"], NaN])
    says(fine, { epochs: odd }, /metadata "epochs" must be a text, got/);
  for (const odd of [[-4], [0.5, 8], [NaN], ["4"], [Infinity]])
    says(tensor(odd), {}, /"a" must have a shape of whole numbers/);
  for (const odd of [[5], [], [2, 3], [0]])
    says(tensor(odd), {}, /"a" of shape .* must have \d+ values, got 4/);
  for (const odd of [null, undefined, 4, "4"]) says(tensor(odd), {}, /"a" must be \{ shape, values \}/);
  for (const odd of [[1, 2, 3, 4], new Float64Array(4), null])
    says(tensor([4], odd), {}, /values as a Float32Array/);
  says(
    new Map([["__metadata__", fine.get("a")!]]),
    {},
    /a tensor must have a name other than "__metadata__"/,
  );
  says(new Map([["a", null]]), {}, /"a" must be \{ shape, values \}.*, got null/);
});

test("a tensor may have any other name, and comes back under it", () => {
  for (const name of ["__proto__", "constructor", "toString", "", "a.b/c", "ä"]) {
    const weights = new Map([[name, fine.get("a")!]]);
    assert.deepEqual(decodeSafetensors(encodeSafetensors(weights)).weights, weights, name);
  }
  const scalar = new Map([
    ["s", { shape: [], values: Float32Array.of(7) }],
    ["none", { shape: [0, 3], values: new Float32Array(0) }],
  ]);
  assert.deepEqual(decodeSafetensors(encodeSafetensors(scalar)).weights, scalar);
});

function file(header: unknown, data: number): Uint8Array {
  const text = typeof header === "string" ? header : JSON.stringify(header);
  const bytes = Buffer.alloc(8 + text.length + data);
  bytes.writeBigUInt64LE(BigInt(text.length));
  bytes.write(text, 8);
  return bytes;
}
const f32 = (begin: number, end: number, shape = [(end - begin) / 4]) => ({
  dtype: "F32",
  shape,
  data_offsets: [begin, end],
});

test("decodeSafetensors() refuses what the reference implementation refuses, as no safetensors file", () => {
  const deep = `{"a":${"[".repeat(20_000)}${"]".repeat(20_000)}}`;
  const deeper = `{"a":{"dtype":"F32","shape":[1],"data_offsets":${"[".repeat(5000)}${"]".repeat(5000)}}}`;
  const refused: [header: unknown, data: number, message: RegExp][] = [
    [null, 0, /its header must be an object, got null/],
    [5, 0, /its header must be an object, got 5/],
    [[], 0, /its header must be an object, got \[\]/],
    ['"text"', 0, /its header must be an object, got "text"/],
    [{ a: null }, 0, /"a" has no shape and place, but null/],
    [{ a: 5 }, 0, /"a" has no shape and place, but 5/],
    [{ a: [] }, 0, /"a" has no shape and place/],
    [deep, 0, /"a" has no shape and place|header is not JSON/],
    [deeper, 0, /"a" has no shape and place|header is not JSON/],
    [{ a: { ...f32(0, 4), data_offsets: [0, 4, 8] } }, 4, /"a" has no shape and place/],
    [{ a: { ...f32(0, 4), data_offsets: [4] } }, 4, /"a" has no shape and place/],
    [{ a: { ...f32(0, 4), shape: [-1] } }, 4, /"a" has no shape and place/],
    [{ a: f32(0, 8), b: f32(4, 12) }, 12, /"b" at 4 overlaps the tensor before it, which ends at 8/],
    [{ a: f32(0, 4), b: f32(0, 4) }, 4, /"b" at 0 overlaps the tensor before it/],
    [{ a: f32(0, 4), b: f32(8, 12) }, 12, /bytes 4 to 8, before "b", belong to no tensor/],
    [{ a: f32(4, 8) }, 8, /bytes 0 to 4, before "a", belong to no tensor/],
    [{ a: f32(0, 4) }, 9, /bytes 4 to 9, behind the last tensor, belong to none/],
    [{}, 3, /bytes 0 to 3, behind the last tensor/],
    [{ __metadata__: { epochs: 5 } }, 0, /its __metadata__ must be texts by name/],
    [{ __metadata__: null }, 0, /its __metadata__ must be texts by name, got null/],
    [{ a: f32(8, 4, [1]) }, 8, /"a" lies at 8 to 4 of 8 bytes/],
  ];
  for (const [header, data, message] of refused) {
    assert.throws(
      () => decodeSafetensors(file(header, data)),
      { name: "WeightsError", message },
      String(message),
    );
  }
  assert.throws(
    () => decodeSafetensors(file({ a: { ...f32(0, 4), dtype: null } }, 4)),
    /"a": expected a dtype among .*, got null/,
  );
  for (const odd of [null, undefined, "x.safetensors", [1], {}]) {
    assert.throws(
      () => decodeSafetensors(odd as never),
      /WeightsError: decodeSafetensors: expected the bytes of a file, got/,
    );
  }
  assert.equal(decodeSafetensors(file({ b: f32(4, 8), a: f32(0, 4) }, 8)).weights.size, 2);
});

test("four megabytes of header that all point to the same bytes are refused before they take gigabytes", () => {
  const entries = Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`t${i}`, f32(0, 400_000)]));
  assert.throws(() => decodeSafetensors(file(entries, 400_000)), /overlaps the tensor before it/);
});

test("saveWeights() writes to what a link leads to, and the link stays", () => {
  mkdirSync(join(folder, "store"));
  const link = join(folder, "best.safetensors");
  symlinkSync(join("store", "run-7.safetensors"), link);
  for (let times = 0; times < 2; times++) saveWeights(link, fine); // The target is not there at first, then it is.
  assert.ok(lstatSync(link).isSymbolicLink());
  assert.equal(readlinkSync(link), join("store", "run-7.safetensors"));
  assert.deepEqual(loadWeights(join(folder, "store", "run-7.safetensors")), fine);
  assert.deepEqual(readdirSync(join(folder, "store")), ["run-7.safetensors"]);
  symlinkSync("round.safetensors", join(folder, "round.safetensors"));
  assert.throws(
    () => saveWeights(join(folder, "round.safetensors"), fine),
    /WeightsError: saveWeights: could not write .*round.*ELOOP/,
  );
});

test("files that cannot be written or read are named by a WeightsError, and a pipe does not hang", () => {
  assert.throws(
    () => saveWeights(join(folder, "nowhere", "x"), fine),
    /WeightsError: saveWeights: could not write .*nowhere.*ENOENT/,
  );
  assert.throws(() => saveWeights(folder, fine), /WeightsError: saveWeights: could not write /);
  assert.throws(() => loadWeights(folder), /WeightsError: loadWeights: could not read .*no regular file/);
  if (process.platform !== "win32") {
    execFileSync("mkfifo", [join(folder, "pipe")]);
    assert.throws(() => loadWeights(join(folder, "pipe")), /could not read .*pipe: it is no regular file/);
  }
  writeFileSync(join(folder, "kept"), "as it was");
  assert.throws(
    () => saveWeights(join(folder, "kept"), fine, { epochs: 5 } as never),
    /metadata "epochs" must be a text/,
  );
  assert.deepEqual(
    readdirSync(folder).filter(name => name.includes("partial")),
    [],
  );
});

test("checkWeights() says what came instead of weights, a network or a tensor", () => {
  for (const odd of [null, undefined, {}, "x"]) {
    assert.throws(
      () => checkWeights("here", small, odd as never),
      /WeightsError: here: expected weights, a Map/,
    );
    assert.throws(
      () => checkWeights("here", odd as never, fine),
      /NetworkError: here: expected a network, got/,
    );
  }
});

test("encodeSafetensors() refuses half a character, which readers in other languages do not take, and a shape with a hole", () => {
  const says = (weights: unknown, metadata: unknown, message: RegExp) =>
    assert.throws(() => encodeSafetensors(weights as Weights, metadata as never), {
      name: "WeightsError",
      message,
    });
  says(new Map([["a\ud800", fine.get("a")]]), {}, /a tensor's name must be Unicode, got half a character/);
  says(fine, { note: "\udc00" }, /metadata "note" must be Unicode, got half a character/);
  says(fine, { "\ud83d": "x" }, /must be Unicode, got half a character/);
  assert.deepEqual(decodeSafetensors(encodeSafetensors(fine, { note: "\u{1f600}" })).metadata, {
    note: "\u{1f600}",
  });
  says(tensor(Object.assign([4], { length: 2 })), {}, /"a" must have a shape of whole numbers/);
});
