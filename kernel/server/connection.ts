/** The connection file: where a front end expects to find the kernel's sockets. */

import { getHashes } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { isIP } from "node:net";
import { described } from "../base/described.js";

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
  /** The key pair of CurveZMQ, which encrypts all sockets; left out, traffic can be read on its way. */
  curve?: CurveKeys;
}

/** Keys of 32 bytes, as 40 characters of Z85. Clients use the same pair, and know the kernel by its public key. */
export interface CurveKeys {
  publicKey: string;
  secretKey: string;
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
    return fail(`expected JSON, got ${text.trim() === "" ? "an empty file" : described(text, 40)}`);
  }
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    return fail(`expected a JSON object, got ${described(json, 40)}`);
  }
  return parseConnection(json as Record<string, unknown>, fail);
}

function parseConnection(json: Record<string, unknown>, fail: (what: string) => never): Connection {
  const wrong = (key: string, expected: string): never =>
    fail(`"${key}" must be ${expected}, got ${described(json[key])}`);
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
  const curveKey = (name: string): string => {
    const value = json[name];
    // The value stays out of the message: messages are logged.
    if (typeof value === "string" && Z85_KEY.test(value)) return value;
    return fail(`"${name}" must be a Curve key, 40 characters of Z85, got ${kindOf(value)}`);
  };
  const encrypted = json["curve_publickey"] != null || json["curve_secretkey"] != null;
  const curve = encrypted && {
    publicKey: curveKey("curve_publickey"),
    secretKey: curveKey("curve_secretkey"),
  };
  return { transport, ip, ports, key, hash, ...(curve && { curve }) };
}

/** The alphabet of ZeroMQ's RFC 32. */
const Z85_KEY = /^[\w.\-:+=^!/*?&<>()[\]{}@%$#]{40}$/;

const kindOf = (value: unknown): string =>
  typeof value === "string" ? `${value.length} characters` : value == null ? "nothing" : `a ${typeof value}`;

/** What is unsafe about a connection, in sentences for the kernel's log; empty when nothing is. */
export function connectionWarnings(connection: Connection, file: string): string[] {
  const { transport, ip, curve } = connection;
  const warnings: string[] = [];
  if (transport === "tcp" && !curve && !isLoopback(ip)) {
    warnings.push(
      `messages on tcp://${ip} are not encrypted, and anyone on that network can read them; ` +
        'listen on 127.0.0.1, or start the kernel with KernelManager.transport_encryption = "required"',
    );
  }
  // Windows has no such bits.
  const others = process.platform === "win32" ? 0 : statSync(file).mode & 0o077;
  if (others !== 0) {
    warnings.push(
      `the keys in ${file} can be read by other users of this machine; chmod 600 keeps them private`,
    );
  }
  return warnings;
}

function isLoopback(ip: string): boolean {
  return ip === "localhost" || (isIP(ip) === 4 && ip.startsWith("127.")) || ip === "::1" || ip === "[::1]";
}

/** The ZeroMQ endpoint of a socket. */
export function endpoint({ transport, ip, ports }: Connection, name: SocketName): string {
  return transport === "tcp" ? `tcp://${ip}:${ports[name]}` : `ipc://${ip}-${ports[name]}`;
}
