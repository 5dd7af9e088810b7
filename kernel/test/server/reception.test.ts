/** Who hears clients before there is a kernel. */

import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { Dealer, Subscriber } from "zeromq";
import { type Connection, endpoint } from "../../server/connection.js";
import { Reception } from "../../server/reception.js";
import { Wire } from "../../protocol/wire.js";
import { temporaryFolder } from "../support/temporary-folder.js";

const ask = (type: string) => ({ type, content: {} });

const local = (): Connection => ({
  transport: "ipc",
  ip: path.join(temporaryFolder(), "kernel"),
  ports: { shell: 1, iopub: 2, stdin: 3, control: 4, hb: 5 },
  // Nothing is signed, so that a header can be changed.
  key: "",
  hash: "sha256",
});

test("before there is a kernel clients hear what it is, and all else waits for it in order", {
  timeout: 60_000,
}, async () => {
  const connection = local();
  const log: string[] = [];
  const reception = new Reception(connection, line => log.push(line));
  await reception.open();
  const wire = new Wire(connection.key, connection.hash);
  const [shell, iopub, hb] = [new Dealer(), new Subscriber(), new Dealer()];
  let served: Promise<void> | undefined;
  try {
    iopub.connect(endpoint(connection, "iopub"));
    iopub.subscribe("");
    const welcome = wire.decode(await iopub.receive());
    assert.equal(welcome.header.msg_type, "iopub_welcome");
    shell.connect(endpoint(connection, "shell"));
    await shell.send(wire.encode(ask("history_request")));
    await shell.send(wire.encode(ask("kernel_info_request")));
    const reply = wire.decode(await shell.receive());
    assert.equal(reply.header.msg_type, "kernel_info_reply");
    assert.equal(reply.content["status"], "ok");
    assert.equal((reply.content["language_info"] as { name: string }).name, "typescript");
    const states = [wire.decode(await iopub.receive()), wire.decode(await iopub.receive())];
    assert.deepEqual(
      states.map(({ content, parentHeader }) => [content["execution_state"], parentHeader.msg_type]),
      [
        ["busy", "kernel_info_request"],
        ["idle", "kernel_info_request"],
      ],
    );
    hb.connect(endpoint(connection, "hb"));
    await hb.send(["", "alive"]);
    assert.equal(String((await hb.receive())[1]), "alive");
    await shell.send(wire.encode(ask("execute_request")));
    // Its being heard by this reception is told by the answer to what was sent behind it.
    await shell.send(wire.encode(ask("kernel_info_request")));
    await shell.receive();
    const heard: string[] = [];
    const all = new Promise<void>(resolve => {
      served = reception.handOver((channel, { header }) => {
        heard.push(`${channel} ${header.msg_type}`);
        if (heard.length === 3) resolve();
      });
    });
    assert.deepEqual(heard, ["shell history_request", "shell execute_request"]);
    await shell.send(wire.encode(ask("kernel_info_request")));
    await all;
    assert.equal(heard[2], "shell kernel_info_request");
  } finally {
    for (const socket of [shell, iopub, hb]) socket.close();
    reception.channels.close();
    await served;
  }
  assert.deepEqual(log, []);
});

test("what is not in order, or for a subshell, is the kernel's to answer", { timeout: 60_000 }, async () => {
  const connection = local();
  const reception = new Reception(connection, () => {});
  await reception.open();
  const wire = new Wire(connection.key, connection.hash);
  const shell = new Dealer();
  let served: Promise<void> | undefined;
  try {
    shell.connect(endpoint(connection, "shell"));
    const [delimiter = "", signature = "", header, ...rest] = wire.encode(ask("kernel_info_request"));
    const forSubshell = { ...(JSON.parse(String(header)) as object), subshell_id: "no such" };
    await shell.send([delimiter, signature, JSON.stringify(forSubshell), ...rest]);
    await shell.send(wire.encode(ask("kernel_info_request")));
    assert.equal(wire.decode(await shell.receive()).header.msg_type, "kernel_info_reply");
    const heard: (string | null | undefined)[] = [];
    served = reception.handOver((_, message) => heard.push(message.header.subshell_id));
    assert.deepEqual(heard, ["no such"]);
  } finally {
    shell.close();
    reception.channels.close();
    await served;
  }
});
