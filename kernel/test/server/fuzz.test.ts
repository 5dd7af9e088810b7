/**
 * Whatever arrives on whichever channel, the kernel goes on: messages malformed, forged, truncated, replayed and
 * out of order. `NETSPACE_FUZZ` says how many, `NETSPACE_FUZZ_SEED` which.
 */

import assert from "node:assert/strict";
import { createHmac, randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { Dealer, Request, Subscriber, XSubscriber } from "zeromq";
import { Client, executeRequest, withoutJupyter } from "../support/client.js";

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

  /** Frames of random bytes, some of them empty. */
  bytes(frames: number, length: number): Uint8Array[] {
    return Array.from({ length: frames }, () =>
      Uint8Array.from({ length: this.below(length) }, () => this.below(256)),
    );
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
        return this.bytes(this.below(9), 40);
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

test("garbage on the heartbeat is echoed or ignored, odd subscriptions do no harm", {
  skip: withoutJupyter,
  timeout: 300_000,
}, async () => {
  const client = await Client.start();
  try {
    const { ip, hb_port, iopub_port } = JSON.parse(readFileSync(client.connectionFile, "utf8")) as {
      ip: string;
      hb_port: number;
      iopub_port: number;
    };
    const heartbeat = `tcp://${ip}:${hb_port}`;
    const iopub = `tcp://${ip}:${iopub_port}`;
    const fuzzer = new Fuzzer("");

    // A dealer may send what a request socket never would: no empty frame in front, many frames, many at once.
    const dealer = new Dealer({ linger: 0 });
    dealer.connect(heartbeat);
    const subscriber = new XSubscriber({ linger: 0 });
    subscriber.connect(iopub);
    for (let sent = 0; sent < MESSAGES / 10; sent++) {
      await dealer.send(fuzzer.bytes(1 + fuzzer.below(5), 40));
      const topic = fuzzer.bytes(1, 300)[0] ?? new Uint8Array();
      // 1 subscribes, 0 takes back, whatever was subscribed; the rest means nothing.
      await subscriber.send(Buffer.from([fuzzer.below(4), ...topic]));
    }
    await subscriber.send(Buffer.alloc(0));
    await subscriber.send([Buffer.from([1]), Buffer.from("more")]);
    // Those who ask and leave before the answer.
    for (let i = 0; i < 20; i++) {
      const hasty = new Dealer({ linger: 100 });
      hasty.connect(heartbeat);
      await hasty.send(["", "gone"]);
      hasty.close();
    }

    const beat = new Request({ receiveTimeout: 60_000 });
    beat.connect(heartbeat);
    for (const frames of [["ping"], [""], [Buffer.from([0, 255, 7]), "two"]]) {
      await beat.send(frames);
      assert.deepEqual(
        await beat.receive(),
        frames.map(frame => Buffer.from(frame)),
      );
    }
    const listener = new Subscriber({ receiveTimeout: 60_000 });
    listener.connect(iopub);
    listener.subscribe("iopub_welcome", "stream");
    // Others' subscriptions are greeted as well, each under its own topic.
    const [topic] = await listener.receive();
    assert.match(String(topic), /^(?:iopub_welcome|stream)/);
    const { reply, outputs } = await client.execute("console.log('alive')");
    assert.equal(reply.content["status"], "ok");
    assert.equal(outputs[0]?.content["text"], "alive\n");
    for (const socket of [dealer, subscriber, beat, listener]) socket.close();
    await sleep(0);
  } finally {
    await client.close();
  }
});
