/** The connection file: where a front end expects to find the kernel's sockets. */

import { getHashes } from "node:crypto";
import { readFileSync } from "node:fs";

/** The five sockets of a kernel. */
export const SOCKETS = ["shell", "iopub", "stdin", "control", "hb"] as const;

/** One of the five sockets. */
export type SocketName = (typeof SOCKETS)[number];

/** A checked connection file. */
export interface Connection {
  transport: "tcp" | "ipc";
  ip: string;
  ports: Record<SocketName, number>;
  /** Signs and verifies messages; empty means messages are not signed. */
  key: string;
  /** Hash of the HMAC, such as `sha256`. */
  hash: string;
}

/** A connection file that cannot be used; the message is one sentence that names file and key. */
export class ConnectionError extends Error {
  override readonly name = "ConnectionError";
}

/** Reads and checks a connection file. */
export function readConnection(file: string): Connection {
  const fail = (what: string): never => {
    throw new ConnectionError(`connection file ${file}: ${what}`);
  };
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    return fail(`cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)})`);
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return fail(
      `expected JSON, got ${text.trim() === "" ? "an empty file" : JSON.stringify(text.slice(0, 40))}`,
    );
  }
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    return fail(`expected a JSON object, got ${JSON.stringify(json)?.slice(0, 40)}`);
  }
  return parseConnection(json as Record<string, unknown>, fail);
}

function parseConnection(json: Record<string, unknown>, fail: (what: string) => never): Connection {
  const wrong = (key: string, expected: string): never =>
    fail(`"${key}" must be ${expected}, got ${key in json ? JSON.stringify(json[key]) : "nothing"}`);
  const transport = json["transport"] ?? "tcp";
  if (transport !== "tcp" && transport !== "ipc") return wrong("transport", '"tcp" or "ipc"');
  const { ip, key } = json;
  if (typeof ip !== "string" || ip === "") return wrong("ip", "an address");
  if (typeof key !== "string") return wrong("key", "a string");
  const scheme = json["signature_scheme"] ?? "hmac-sha256";
  const hash = typeof scheme === "string" && scheme.startsWith("hmac-") ? scheme.slice("hmac-".length) : "";
  if (!getHashes().includes(hash)) return wrong("signature_scheme", 'such as "hmac-sha256"');
  const port = (name: SocketName): number => {
    const value = json[`${name}_port`];
    const valid = typeof value === "number" && Number.isInteger(value) && value > 0 && value < 65536;
    return valid ? value : wrong(`${name}_port`, "a port between 1 and 65535");
  };
  const ports = {
    shell: port("shell"),
    iopub: port("iopub"),
    stdin: port("stdin"),
    control: port("control"),
    hb: port("hb"),
  };
  return { transport, ip, ports, key, hash };
}

/** The ZeroMQ endpoint of a socket. */
export function endpoint({ transport, ip, ports }: Connection, name: SocketName): string {
  return transport === "tcp" ? `tcp://${ip}:${ports[name]}` : `ipc://${ip}-${ports[name]}`;
}
