/** Connection files, good and bad, and the program that reads them. */

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { type AddressInfo, createServer, type Server } from "node:net";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { ConnectionError, connectionWarnings, endpoint, readConnection } from "../../server/connection.js";
import { hostArguments } from "../../hosts/hosts.js";
import { HOSTED } from "../support/repository.js";
import { temporaryFolder } from "../support/temporary-folder.js";

const folder = temporaryFolder();
const file = path.join(folder, "kernel.json");
const good = {
  transport: "tcp",
  ip: "127.0.0.1",
  key: "k",
  signature_scheme: "hmac-sha256",
  shell_port: 50001,
  iopub_port: 50002,
  stdin_port: 50003,
  control_port: 50004,
  hb_port: 50005,
};
const write = (content: unknown): string => {
  writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
  return file;
};

test("readConnection() reads what Jupyter writes", () => {
  const connection = readConnection(write({ ...good, kernel_name: "netspace", jupyter_session: "" }));
  assert.equal(connection.hash, "sha256");
  assert.equal(endpoint(connection, "iopub"), "tcp://127.0.0.1:50002");
  assert.equal(endpoint({ ...connection, transport: "ipc", ip: "/tmp/k" }, "hb"), "ipc:///tmp/k-50005");
});

test("readConnection() names file, key, what was expected and what came", () => {
  const refused = (content: unknown, message: RegExp) => {
    assert.throws(
      () => readConnection(write(content)),
      (error: unknown) =>
        error instanceof ConnectionError && message.test(error.message) && error.message.includes(file),
    );
  };
  refused("", /expected JSON, got an empty file/);
  refused("{", /expected JSON, got "\{"/);
  refused("[1]", /expected a JSON object, got \[1\]/);
  refused({ ...good, key: undefined }, /"key" must be a string, got nothing/);
  refused({ ...good, hb_port: "x" }, /"hb_port" must be a port between 1 and 65535, got "x"/);
  refused({ ...good, shell_port: 70000 }, /"shell_port" must be .* got 70000/);
  refused({ ...good, transport: "udp" }, /"transport" must be "tcp" or "ipc", got "udp"/);
  refused(
    { ...good, signature_scheme: "hmac-rot13" },
    /"signature_scheme" must be such as "hmac-sha256", got "hmac-rot13"/,
  );
});

const keys = {
  curve_publickey: "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7",
  curve_secretkey: "D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%cs",
};

test("readConnection() takes Curve's keys as a pair, and shows neither in an error", () => {
  const { curve } = readConnection(write({ ...good, ...keys }));
  assert.deepEqual(curve, { publicKey: keys.curve_publickey, secretKey: keys.curve_secretkey });
  assert.equal(readConnection(write({ ...good, curve_publickey: null })).curve, undefined);
  const refused = (content: unknown, message: RegExp) => {
    assert.throws(
      () => readConnection(write(content)),
      (error: unknown) => error instanceof ConnectionError && message.test(error.message),
    );
  };
  refused(
    { ...good, curve_publickey: keys.curve_publickey },
    /"curve_secretkey" must be a Curve key.*got nothing/,
  );
  refused({ ...good, ...keys, curve_secretkey: "secret" }, /"curve_secretkey" must be .* got 6 characters$/);
  refused({ ...good, ...keys, curve_publickey: 7 }, /"curve_publickey" must be .* got a number$/);
});

test("connectionWarnings() tells of plain traffic on a network, and of keys that others can read", () => {
  const warnings = (content: object) => connectionWarnings(readConnection(write(content)), file);
  chmodSync(write(good), 0o600);
  assert.deepEqual(warnings(good), []);
  assert.deepEqual(warnings({ ...good, ip: "::1" }), []);
  assert.deepEqual(warnings({ ...good, transport: "ipc", ip: "/run/k" }), []);
  assert.deepEqual(warnings({ ...good, ...keys, ip: "0.0.0.0" }), []);
  for (const ip of ["0.0.0.0", "192.168.1.5", "127.example.org"]) {
    const [only, ...rest] = warnings({ ...good, ip });
    assert.match(only ?? "", new RegExp(`tcp://${ip} are not encrypted`));
    assert.deepEqual(rest, []);
  }
  chmodSync(file, 0o644);
  assert.match(warnings(good)[0] ?? "", /can be read by other users .* chmod 600/);
  chmodSync(file, 0o600);
});

const main = (...args: string[]) =>
  spawnSync(
    process.execPath,
    [fileURLToPath(new URL("../../main.js", import.meta.url)), ...hostArguments(HOSTED.hosts), ...args],
    {
      encoding: "utf8",
    },
  );

test("the kernel ends with one sentence and code 1 for a bad connection file, with its usage and code 2 for none", () => {
  const bad = main(write({ ...good, ip: 5 }));
  assert.equal(bad.status, 1);
  assert.equal(bad.stderr, `netspace kernel: connection file ${file}: "ip" must be an address, got 5\n`);
  assert.equal(main(path.join(folder, "absent.json")).status, 1);
  const unused = main();
  assert.equal(unused.status, 2);
  assert.match(unused.stderr, /^usage: /);
});

test("the kernel ends with one sentence and code 1 when a port is taken", async () => {
  const servers = Object.keys(good)
    .filter(name => name.endsWith("_port"))
    .map(name => ({ name, server: createServer() }));
  await Promise.all(servers.map(({ server }) => once(server.listen(0, "127.0.0.1"), "listening")));
  const ports = servers.map(({ name, server }) => [name, (server.address() as AddressInfo).port]);
  const close = (each: { name: string; server: Server }) => once(each.server.close(), "close");
  const isTaken = ({ name }: { name: string }): boolean => name === "iopub_port";
  await Promise.all(servers.filter(each => !isTaken(each)).map(close));
  const { status, stderr } = main(write({ ...good, ...Object.fromEntries(ports) }));
  await Promise.all(servers.filter(isTaken).map(close));
  assert.equal(status, 1);
  assert.match(
    stderr,
    /^netspace kernel: cannot bind the iopub socket to tcp:\/\/127\.0\.0\.1:\d+ \(EADDRINUSE\)\n$/,
  );
});
