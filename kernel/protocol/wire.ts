/**
 * Messages to frames and back: `identities… <IDS|MSG> signature header parent metadata content buffers…`.
 *
 * The signature covers exactly the four JSON frames as they arrived, and is verified before any of them is
 * parsed. A message whose header can be read is handed on whatever its other frames hold, so that it gets an answer.
 */

import { createHmac, createSecretKey, type KeyObject, randomUUID, timingSafeEqual } from "node:crypto";
import { described } from "../base/described.js";
import { NAME } from "../hosts/package.js";
import { type Header, type Message, PROTOCOL_VERSION } from "./messages.js";

const DELIMITER = Buffer.from("<IDS|MSG>");
/** How many signatures are remembered to recognise a message that is sent again. */
const REMEMBERED = 65_536;
/**
 * Levels of nesting that a frame may have. What is deeper can be parsed, but neither handed to another process nor
 * sent back.
 */
const MAX_DEPTH = 1000;

/** A message that must be dropped, and why. */
export class WireError extends Error {
  override readonly name = "WireError";
}

/** What to send; the header is made from `type`. */
export interface Outgoing {
  type: string;
  content: object;
  parent?: Header | Record<string, never>;
  metadata?: Record<string, unknown>;
  identities?: Uint8Array[];
  buffers?: Uint8Array[];
  /** Made up when left out. */
  id?: string;
}

/** Encodes and decodes for one kernel session. */
export class Wire {
  /** The kernel's own session id, which is not its clients'. */
  readonly session = randomUUID();
  /** Made once: a text would be made a key for each message. */
  readonly #key: KeyObject | undefined;
  readonly #hash: string;
  readonly #seen = new Set<string>();

  /** @param key empty when messages are not signed */
  constructor(key: string, hash: string) {
    this.#key = key === "" ? undefined : createSecretKey(key, "utf8");
    this.#hash = hash;
  }

  /**
   * The message in the frames; what is wrong with its content, metadata or parent is its `problem`.
   *
   * @throws WireError when the frames are no message, the signature is wrong, the header cannot be read, or the message
   *   came before
   */
  decode(frames: readonly Uint8Array[]): Message {
    const split = frames.findIndex(frame => DELIMITER.equals(frame));
    if (split < 0) throw new WireError("no <IDS|MSG> delimiter");
    const [signature, header, parent, metadata, content, ...buffers] = frames.slice(split + 1);
    if (!signature || !header || !parent || !metadata || !content) {
      throw new WireError(`expected at least 5 frames after the delimiter, got ${frames.length - split - 1}`);
    }
    this.#verify(signature, [header, parent, metadata, content]);
    const problems: string[] = [];
    const lenient = (frame: Uint8Array, name: string): Record<string, unknown> => {
      try {
        return parse(frame, name);
      } catch (error) {
        if (!(error instanceof WireError)) throw error;
        problems.push(error.message);
        return {};
      }
    };
    return {
      identities: frames.slice(0, split),
      header: checkedHeader(parse(header, "header")),
      parentHeader: lenient(parent, "parent_header") as Message["parentHeader"],
      metadata: lenient(metadata, "metadata"),
      content: lenient(content, "content"),
      buffers,
      ...(problems.length > 0 && { problem: problems.join("; ") }),
    };
  }

  /** The frames of a new message. */
  encode({
    type,
    content,
    parent = {},
    metadata = {},
    identities = [],
    buffers = [],
    id = randomUUID(),
  }: Outgoing): Uint8Array[] {
    const header: Header = {
      msg_id: id,
      session: this.session,
      username: NAME,
      date: new Date().toISOString(),
      msg_type: type,
      version: PROTOCOL_VERSION,
    };
    // A parent goes back as it came, or its client would not know it again.
    const texts = [JSON.stringify(header), JSON.stringify(parent), wellFormed(metadata), wellFormed(content)];
    const parts = texts.map(text => Buffer.from(text));
    return [...identities, DELIMITER, Buffer.from(this.#sign(parts)), ...parts, ...buffers];
  }

  #verify(signature: Uint8Array, parts: Uint8Array[]): void {
    if (!this.#key) return;
    const expected = Buffer.from(this.#sign(parts));
    if (signature.length !== expected.length || !timingSafeEqual(signature, expected)) {
      throw new WireError("wrong signature");
    }
    const text = expected.toString();
    if (this.#seen.has(text)) throw new WireError("repeated message");
    this.#seen.add(text);
    if (this.#seen.size > REMEMBERED) this.#forgetOldest();
  }

  /** Sets keep their order of insertion. */
  #forgetOldest(): void {
    for (const oldest of this.#seen) {
      this.#seen.delete(oldest);
      return;
    }
  }

  #sign(parts: Uint8Array[]): string {
    if (!this.#key) return "";
    const hmac = createHmac(this.#hash, this.#key);
    for (const part of parts) hmac.update(part);
    return hmac.digest("hex");
  }
}

/**
 * JSON without halves of surrogate pairs, which UTF-8 cannot say: one of them in an output, and no client can write the
 * notebook any more. Each becomes U+FFFD, as where Node writes text.
 */
function wellFormed(part: object): string {
  const json = JSON.stringify(part);
  // Halves, and nothing else, are escaped like this; a text that itself reads so has its backslash doubled.
  if (!json.includes("\\ud")) return json;
  return json.replace(/\\(?:u.{4}|.)/g, escape => (escape.startsWith("\\ud") ? "\ufffd" : escape));
}

function parse(frame: Uint8Array, name: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(frame.buffer, frame.byteOffset, frame.length).toString("utf8"));
  } catch {
    throw new WireError(`${name} is not JSON`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new WireError(`${name} must be an object, got ${described(value, 40)}`);
  }
  // Each level takes two bytes at least.
  if (frame.length > 2 * MAX_DEPTH && isDeep(value)) {
    throw new WireError(`${name} must have at most ${MAX_DEPTH} levels of nesting, got more`);
  }
  return value as Record<string, unknown>;
}

/** Goes down level by level: recursion would overflow where the value does. */
function isDeep(value: object): boolean {
  let level: object[] = [value];
  for (let depth = 0; depth < MAX_DEPTH; depth++) {
    const next: object[] = [];
    for (const each of level) {
      for (const child of Object.values(each) as unknown[]) {
        if (typeof child === "object" && child !== null) next.push(child);
      }
    }
    if (next.length === 0) return false;
    level = next;
  }
  return true;
}

function checkedHeader(header: Record<string, unknown>): Header {
  for (const key of ["msg_id", "msg_type"]) {
    if (typeof header[key] !== "string") {
      throw new WireError(`header's ${key} must be a string, got ${described(header[key])}`);
    }
  }
  return header as unknown as Header;
}
