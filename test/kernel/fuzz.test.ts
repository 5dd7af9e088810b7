/**
 * Whatever arrives on whichever channel, the kernel goes on: messages malformed, forged, truncated, replayed and
 * out of order. `NETSPACE_FUZZ` says how many, `NETSPACE_FUZZ_SEED` which.
 */

import assert from "node:assert/strict";
import { createHmac, randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { Client, executeRequest, withoutJupyter } from "./client.js";

const MESSAGES = Number(process.env["NETSPACE_FUZZ"] ?? 10_000);
const SEED = Number(process.env["NETSPACE_FUZZ_SEED"] ?? 1);

type Frames = (string | Uint8Array)[];

/** Contents that are no content of anything, and some that nearly are. */
const VALUES: unknown[] = [
  null,
  true,
  -1,
  1e308,
  "",
  "x".repeat(5000),
  "\u0000\ud800",
  [],
  {},
  [[]],
  { a: { b: [null] } },
  "__proto__",
];
const TYPES = [
  "kernel_info_request",
  "complete_request",
  "inspect_request",
  "is_complete_request",
  "history_request",
  "comm_info_request",
  "comm_open",
  "comm_msg",
  "comm_close",
  "interrupt_request",
  "usage_request",
  "input_reply",
  "execute_request",
  "debug_request",
  "create_subshell_request",
  "toString",
  "constructor",
  "",
  "\n",
];
const FIELDS = [
  "code",
  "cursor_pos",
  "detail_level",
  "silent",
  "store_history",
  "user_expressions",
  "allow_stdin",
  "stop_on_error",
  "hist_access_type",
  "n",
  "pattern",
  "session",
  "start",
  "stop",
  "unique",
  "output",
  "raw",
  "comm_id",
  "target_name",
  "data",
  "value",
  "restart",
  "__proto__",
  "constructor",
];

/** Makes messages from a seed, so that a failure can be had again. */
class Fuzzer {
  readonly #random = xoroshiro128plus(SEED);
  readonly #key: string;
  readonly #sent: Frames[] = [];

  constructor(key: string) {
    this.#key = key;
  }

  below(n: number): number {
    return uniformInt(this.#random, 0, n - 1);
  }

  pick<T>(from: readonly T[]): T {
    const chosen = from[this.below(from.length)];
    if (chosen === undefined) throw new RangeError("pick: expected something to pick from, got nothing");
    return chosen;
  }

  /** The next message, of any kind. */
  message(): Frames {
    const made = this.#make();
    // ZeroMQ has no messages without frames.
    const frames = made.length > 0 ? made : [""];
    if (this.#sent.length < 500) this.#sent.push(frames);
    return frames;
  }

  #make(): Frames {
    const good = this.#signed(this.#parts());
    switch (this.below(8)) {
      case 0: // Forged: not signed, signed otherwise, or changed afterwards.
        return good.with(this.below(good.length - 1) + 1, this.pick(["", "00".repeat(32), "{}", "ÿ"]));
      case 1: // Truncated, between frames or inside one.
        return good.slice(0, this.below(good.length));
      case 2:
        return good.map(frame =>
          this.below(4) === 0 ? frame.slice(0, this.below(frame.length + 1)) : frame,
        );
      case 3: // Replayed.
        return this.#sent.length > 0 ? this.pick(this.#sent) : good;
      case 4: // Out of order.
        return good.toSorted(() => this.below(3) - 1);
      case 5: // Signed, but no JSON, or no object.
        return this.#signed(
          this.#parts().map(part =>
            this.below(2) ? part : JSON.stringify(this.pick(VALUES)) + this.pick(["", "]"]),
          ),
        );
      case 6: // Bytes.
        return Array.from({ length: this.below(9) }, () =>
          Uint8Array.from({ length: this.below(40) }, () => this.below(256)),
        );
      default: // In good form, with strange contents.
        return [...good, ...Array.from({ length: this.below(3) }, () => "buffer")];
    }
  }

  #parts(): string[] {
    const header: Record<string, unknown> = {
      msg_id: randomUUID(),
      session: "fuzz",
      username: "fuzz",
      date: new Date().toISOString(),
      msg_type: this.pick(TYPES),
      version: "5.4",
    };
    if (this.below(4) === 0) header[this.pick(Object.keys(header))] = this.pick(VALUES);
    const content = Object.fromEntries(
      Array.from({ length: this.below(6) }, () => [this.pick(FIELDS), this.pick(VALUES)]),
    );
    return [header, this.below(3) ? {} : header, {}, content].map(part => JSON.stringify(part));
  }

  #signed(parts: string[]): Frames {
    const hmac = createHmac("sha256", this.#key);
    for (const part of parts) hmac.update(part);
    return ["<IDS|MSG>", hmac.digest("hex"), ...parts];
  }
}

test(`${MESSAGES} messages of every wrong kind leave the kernel able to answer`, {
  skip: withoutJupyter,
  timeout: 300_000,
}, async () => {
  const client = await Client.start();
  try {
    const { key } = JSON.parse(readFileSync(client.connectionFile, "utf8")) as { key: string };
    const fuzzer = new Fuzzer(key);
    await client.execute("let kept = 42");
    for (let sent = 0; sent < MESSAGES; sent++) {
      client.raw(fuzzer.pick(["shell", "control", "stdin"] as const), fuzzer.message());
      // Also between good messages, whose answers show how far the kernel has come.
      if (sent % 250 === 249) await client.request("kernel_info_request", {}, "control");
    }
    // Cells among them may have failed; what is queued behind a failed one is aborted.
    // And interrupts among them come on a channel of their own: all must have been read before the good cell.
    for (const channel of ["shell", "control", "shell"] as const) {
      await client.request("kernel_info_request", {}, channel);
    }
    const { reply, outputs } = await client.answer(
      client.send("execute_request", executeRequest("kept", { stop_on_error: false })),
    );
    assert.equal(reply.content["status"], "ok");
    assert.deepEqual(outputs[0]?.content["data"], { "text/plain": "42" });
    const { reply: completed } = await client.request("complete_request", {
      code: "Math.flo",
      cursor_pos: 8,
    });
    assert.deepEqual(completed.content["matches"], ["floor"]);
  } finally {
    await client.close();
  }
});
