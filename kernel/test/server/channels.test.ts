/** The kernel's sockets. */

import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { Dealer } from "zeromq";
import { Channels } from "../../server/channels.js";
import { type Connection, endpoint } from "../../server/connection.js";
import { Wire } from "../../protocol/wire.js";
import { temporaryFolder } from "../support/temporary-folder.js";

test("forged messages are dropped and counted in the log, which a flood of them does not fill", {
  timeout: 300_000,
}, async () => {
  const connection: Connection = {
    transport: "ipc",
    ip: path.join(temporaryFolder(), "kernel"),
    ports: { shell: 1, iopub: 2, stdin: 3, control: 4, hb: 5 },
    key: "secret",
    hash: "sha256",
  };
  const wire = () => new Wire(connection.key, connection.hash);
  const log: string[] = [];
  const channels = new Channels(wire(), line => log.push(line));
  await channels.bind(connection);
  const client = new Dealer();
  let served: Promise<void> | undefined;
  try {
    const heard = new Promise(resolve => {
      served = channels.serve({
        message: (channel, { header }) => resolve([channel, header.msg_type]),
        subscribed() {},
      });
    });
    client.connect(endpoint(connection, "shell"));
    const forger = new Wire("another key", connection.hash);
    for (let i = 0; i < 2500; i++) {
      await client.send(forger.encode({ type: "execute_request", content: { code: "1" } }));
    }
    await client.send(wire().encode({ type: "kernel_info_request", content: {} }));
    assert.deepEqual(await heard, ["shell", "kernel_info_request"]);
  } finally {
    client.close();
    channels.close();
    await served;
  }
  assert.equal(log[0], "dropped message 1 on shell: wrong signature");
  assert.deepEqual(log.slice(19), [
    "dropped message 20 on shell: wrong signature",
    "of further dropped messages, one in 1000 is logged",
    "dropped message 1000 on shell: wrong signature",
    "dropped message 2000 on shell: wrong signature",
  ]);
});

test("what a handler throws is logged, and the next message is heard", { timeout: 300_000 }, async () => {
  const connection: Connection = {
    transport: "ipc",
    ip: path.join(temporaryFolder(), "kernel"),
    ports: { shell: 1, iopub: 2, stdin: 3, control: 4, hb: 5 },
    key: "secret",
    hash: "sha256",
  };
  const wire = () => new Wire(connection.key, connection.hash);
  const log: string[] = [];
  const channels = new Channels(wire(), line => log.push(line));
  await channels.bind(connection);
  const client = new Dealer();
  let served: Promise<void> | undefined;
  try {
    const heard = new Promise(resolve => {
      served = channels.serve({
        message: (_, { header }) => {
          if (header.msg_type === "last") resolve(header.msg_type);
          else throw header.msg_type === "nothing" ? undefined : new RangeError(`of ${header.msg_type}`);
        },
        subscribed() {},
      });
    });
    client.connect(endpoint(connection, "shell"));
    for (const type of ["first", "nothing", "last"]) await client.send(wire().encode({ type, content: {} }));
    assert.equal(await heard, "last");
  } finally {
    client.close();
    channels.close();
    await served;
  }
  assert.equal(log.length, 2);
  assert.match(log[0] ?? "", /^internal error on shell: RangeError: of first\n/);
  assert.equal(log[1], "internal error on shell: nothing");
});
