/** Frames and messages. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Wire, WireError } from "../../protocol/wire.js";

const wire = () => new Wire("secret", "sha256");
const message = {
  type: "status",
  content: { text: "ü😀" },
  identities: [Buffer.from([0, 1])],
  buffers: [Buffer.from("raw")],
};

/** A value within so many lists. */
const deep = (value: string, levels: number): string => "[".repeat(levels) + value + "]".repeat(levels);

test("decode() gives back what encode() was given", () => {
  const decoded = wire().decode(wire().encode(message));
  assert.equal(decoded.header.msg_type, "status");
  assert.deepEqual(decoded.content, message.content);
  assert.deepEqual(decoded.identities, message.identities);
  assert.deepEqual(decoded.buffers, message.buffers);
});

test("decode() refuses a message that was changed, signed with another key or not signed", () => {
  const frames = wire().encode(message);
  const changed = frames.with(6, Buffer.from('{"text":"other"}'));
  assert.throws(() => wire().decode(changed), new WireError("wrong signature"));
  assert.throws(() => new Wire("other", "sha256").decode(frames), WireError);
  assert.throws(() => wire().decode(frames.with(2, Buffer.alloc(0))), WireError);
});

test("decode() does not sign buffers", () => {
  const frames = wire().encode(message);
  assert.equal(
    wire()
      .decode(frames.with(7, Buffer.from("other")))
      .buffers[0]?.toString(),
    "other",
  );
});

test("decode() drops a message that comes again", () => {
  const receiver = wire();
  const frames = wire().encode(message);
  receiver.decode(frames);
  assert.throws(() => receiver.decode(frames), new WireError("repeated message"));
});

test("an empty key means an empty signature", () => {
  const open = new Wire("", "sha256");
  const frames = open.encode(message);
  assert.equal(frames[2]?.length, 0);
  open.decode(frames);
  open.decode(frames);
});

test("decode() refuses frames that are no message, whatever they are", () => {
  const open = new Wire("", "sha256");
  const part = (text: string) => Buffer.from(text);
  const id = part("<IDS|MSG>");
  for (const frames of [
    [],
    [part("x")],
    [id],
    [id, part("")],
    [id, part(""), part("{}"), part("{}"), part("{}")],
    [id, part(""), part("{}"), part("{}"), part("{}"), part("{}")],
    [id, part(""), part("[]"), part("{}"), part("{}"), part("{}")],
    [id, part(""), part('{"msg_id":1,"msg_type":"a"}'), part("{}"), part("{}"), part("{}")],
    [id, part(""), part(deep("{}", 100_000)), part("{}"), part("{}"), part("{}")],
    [
      id,
      part(""),
      part(`{"msg_id":${deep("1", 100_000)},"msg_type":"a"}`),
      part("{}"),
      part("{}"),
      part("{}"),
    ],
    [id, part(""), part(`{"msg_id":"a","msg_type":${deep("1", 500)}}`), part("{}"), part("{}"), part("{}")],
  ]) {
    assert.throws(() => open.decode(frames), WireError);
  }
});

test("decode() says what is wrong behind a header that can be read, so that the message gets an answer", () => {
  const open = new Wire("", "sha256");
  const frames = ["<IDS|MSG>", "", '{"msg_id":"a","msg_type":"a"}', "{}", "{}", "{}"].map(each =>
    Buffer.from(each),
  );
  assert.equal(open.decode(frames).problem, undefined);
  for (const [at, name] of [
    [3, "parent_header"],
    [4, "metadata"],
    [5, "content"],
  ] as const) {
    for (const [text, problem] of [
      ["{", "is not JSON"],
      ["null", "must be an object, got null"],
      [`["${"x".repeat(1000)}"]`, `must be an object, got ["${"x".repeat(38)}…`],
      [`{"a":${deep("1", 999)}}`, undefined],
      [`{"a":${deep("1", 1000)}}`, "must have at most 1000 levels of nesting, got more"],
      [`{"a":${deep("1", 100_000)}}`, "must have at most 1000 levels of nesting, got more"],
      [deep("1", 100_000), "must be an object, got a list that cannot be shown"],
    ] as const) {
      const { header, problem: found } = open.decode(frames.with(at, Buffer.from(text)));
      assert.equal(header.msg_id, "a");
      assert.equal(found, problem && `${name} ${problem}`);
    }
  }
});
