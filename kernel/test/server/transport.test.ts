/** How messages travel: encrypted or not, over TCP or ipc, between the kernel and jupyter_client. */

import assert from "node:assert/strict";
import { statSync } from "node:fs";
import { connect, createServer } from "node:net";
import path from "node:path";
import { after, describe, test } from "node:test";
import { curveKeyPair, Dealer, type Socket, Subscriber } from "zeromq";
import { type Connection, endpoint, readConnection, type SocketName } from "../../server/connection.js";
import { Wire } from "../../protocol/wire.js";
import { Client, executeRequest, withoutJupyter } from "../support/client.js";
import { temporaryFolder } from "../support/temporary-folder.js";

/** Longer than a message on loopback takes, by far: what has not come then does not come. */
const SILENCE_MS = 3000;
/** What must come is waited for longer, since the machine may have other things to do. */
const PATIENCE_MS = 60_000;
const SECRET = "const unmistakable = 'nobody may read this'; unmistakable";

/** What a TCP connection carries, both ways, as one who listens on the way sees it. */
async function relay(port: number): Promise<{ port: number; seen: () => string; close: () => void }> {
  const seen: Buffer[] = [];
  const server = createServer(near => {
    const far = connect(port, "127.0.0.1");
    near.on("data", data => seen.push(data)).on("error", () => far.destroy());
    far.on("data", data => seen.push(data)).on("error", () => near.destroy());
    near.pipe(far).pipe(near);
  });
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  assert.ok(typeof address === "object" && address !== null);
  return {
    port: address.port,
    seen: () => Buffer.concat(seen).toString("latin1"),
    close: () => void server.close(),
  };
}

/** A request on the shell socket by a client that is not jupyter_client's; nothing when no reply comes. */
async function ask(connection: Connection, prepare: (socket: Socket) => void, receiveTimeout = PATIENCE_MS) {
  // A server that refuses the handshake before the message is queued leaves no one to send it to.
  const shell = new Dealer({ linger: 0, receiveTimeout, sendTimeout: receiveTimeout });
  prepare(shell);
  shell.connect(endpoint(connection, "shell"));
  const wire = new Wire(connection.key, connection.hash);
  try {
    await shell.send(wire.encode({ type: "execute_request", content: executeRequest(SECRET) }));
    return wire.decode(await shell.receive()).content;
  } catch {
    return undefined;
  } finally {
    shell.close();
  }
}

/** Whether a client without keys hears anything on iopub while a cell runs: the greeting, to begin with. */
async function overhears(connection: Connection, client: Client, receiveTimeout: number): Promise<boolean> {
  const iopub = new Subscriber({ linger: 0, receiveTimeout });
  iopub.connect(endpoint(connection, "iopub"));
  iopub.subscribe();
  await client.execute("1");
  const heard = await iopub.receive().then(
    () => true,
    () => false,
  );
  iopub.close();
  return heard;
}

const shownAs = (text: string) => (output: { content: Record<string, unknown> } | undefined) =>
  assert.equal((output?.content["data"] as Record<string, unknown> | undefined)?.["text/plain"], text);

describe("transport", { skip: withoutJupyter, timeout: 300_000 }, () => {
  const clients: Client[] = [];
  const start = async (manager: Record<string, unknown>): Promise<Client> => {
    const client = await Client.start(undefined, manager);
    clients.push(client);
    return client;
  };
  after(() => Promise.all(clients.map(client => client.close())));

  test("encryption that jupyter_client requires is taken up; without the keys a client gets nothing, and the wire shows no cell", async () => {
    const client = await start({ transport_encryption: "required" });
    shownAs("3")((await client.execute("1 + 2")).outputs[0]);
    assert.equal(statSync(client.connectionFile).mode & 0o777, 0o600);

    const connection = readConnection(client.connectionFile);
    const { curve } = connection;
    assert.ok(curve);
    const sniffed = await relay(connection.ports.shell);
    const ports: Record<SocketName, number> = { ...connection.ports, shell: sniffed.port };
    const relayed = { ...connection, ports };
    const withKeys = (socket: Socket) => {
      socket.curveServerKey = curve.publicKey;
      socket.curvePublicKey = curve.publicKey;
      socket.curveSecretKey = curve.secretKey;
    };
    const answer = await ask(relayed, withKeys);
    assert.equal(answer?.["status"], "ok");
    assert.ok(sniffed.seen().includes("CURVE"), "expected the handshake on the wire");
    assert.ok(!sniffed.seen().includes("unmistakable"));
    assert.ok(!sniffed.seen().includes("execute_request"));
    sniffed.close();

    const withoutKeys = () => {};
    assert.equal(await ask(connection, withoutKeys, SILENCE_MS), undefined);
    const wrongServer = (socket: Socket) => {
      const own = curveKeyPair();
      socket.curveServerKey = curveKeyPair().publicKey;
      socket.curvePublicKey = own.publicKey;
      socket.curveSecretKey = own.secretKey;
    };
    assert.equal(await ask(connection, wrongServer, SILENCE_MS), undefined);
    assert.equal(await overhears(connection, client, SILENCE_MS), false);
    shownAs("4")((await client.execute("2 + 2")).outputs[0]);
  });

  test("encryption goes on after a restart, with the same keys", async () => {
    const client = await start({ transport_encryption: "auto" });
    const before = readConnection(client.connectionFile).curve;
    assert.ok(before);
    await client.restart();
    assert.deepEqual(readConnection(client.connectionFile).curve, before);
    shownAs("3")((await client.execute("1 + 2")).outputs[0]);
  });

  test("without encryption the same listeners hear all of it", async () => {
    const client = await start({});
    const connection = readConnection(client.connectionFile);
    assert.equal(connection.curve, undefined);
    const sniffed = await relay(connection.ports.shell);
    const relayed = { ...connection, ports: { ...connection.ports, shell: sniffed.port } };
    assert.equal((await ask(relayed, () => {}))?.["status"], "ok");
    assert.ok(sniffed.seen().includes("unmistakable"));
    sniffed.close();
    assert.equal(await overhears(connection, client, PATIENCE_MS), true);
  });

  for (const transport_encryption of ["disabled", "required"]) {
    test(`ipc carries cells and restarts, encryption ${transport_encryption}`, async () => {
      // Jupyter's own default is a path relative to the folder of each of the two.
      const ip = path.join(temporaryFolder(), "kernel");
      const client = await start({ transport: "ipc", ip, transport_encryption });
      const connection = readConnection(client.connectionFile);
      assert.equal(connection.transport, "ipc");
      assert.equal(connection.curve !== undefined, transport_encryption === "required");
      assert.ok(statSync(endpoint(connection, "shell").slice("ipc://".length)).isSocket());
      shownAs("3")((await client.execute("1 + 2")).outputs[0]);
      await client.restart();
      shownAs("4")((await client.execute("2 + 2")).outputs[0]);
      assert.equal(await client.shutdown(), false);
    });
  }
});
