/**
 * Comms: lines between the kernel's code and a front end's, either side of which may open, speak and close.
 *
 * A target is a name under which a side takes openings. One that nobody has registered is answered with a close, as
 * the protocol asks; messages for comms that are closed are dropped.
 */

import { expectKnown, type OptionNames } from "../../display/known-options.js";
import { randomUUID } from "node:crypto";
import { inspect } from "node:util";
import { jsonSafe } from "../../display/json-safe.js";
import { isBytes } from "./buffers.js";
import type { CommBuffer, CommData, CommMessage } from "./comm-message.js";
import { got } from "../expect.js";
import { Emitter, type CallbackHost } from "../emitter.js";

/** What goes with a comm's message beside its data. */
export interface CommExtras {
  metadata?: Record<string, unknown>;
  buffers?: readonly CommBuffer[];
}

export const extraNames: OptionNames<CommExtras> = { metadata: true, buffers: true };

/** A message as the other side sent it. */
export interface CommReceived {
  data: CommData;
  metadata: Record<string, unknown>;
  buffers: readonly Uint8Array[];
}

/** What a comm tells its listeners. */
export interface CommEvents {
  message: CommReceived;
  close: CommReceived;
}

/** One open line. */
export class Comm extends Emitter<CommEvents> {
  readonly id: string;
  readonly target: string;
  /** Called at once with each message, before listeners are; for those who answer in the same breath. */
  received: ((message: CommReceived) => void) | undefined;
  #open = true;
  readonly #send: (message: CommMessage) => void;

  constructor(id: string, target: string, send: (message: CommMessage) => void, host: CallbackHost) {
    super(host);
    this.id = id;
    this.target = target;
    this.#send = send;
  }

  /** Whether neither side has closed it. */
  get isOpen(): boolean {
    return this.#open;
  }

  /** Sends data. @throws Error when the comm is closed, TypeError when messages cannot carry the data */
  send(data: CommData, extras: CommExtras = {}): void {
    expectKnown("Comm.send", extras, extraNames);
    const { metadata = {}, buffers = [] } = extras;
    if (!this.#open) {
      throw new Error(`Comm.send: expected an open comm, "${this.target}" is closed; open another`);
    }
    this.#send({ kind: "msg", commId: this.id, data, metadata, buffers });
  }

  /** Closes it, and tells the other side. */
  close(data: CommData = {}, extras: CommExtras = {}): void {
    expectKnown("Comm.close", extras, extraNames);
    const { metadata = {}, buffers = [] } = extras;
    if (!this.#open) return;
    this.#send({ kind: "close", commId: this.id, data, metadata, buffers });
    this.#open = false;
  }

  /** Takes what the other side sent. */
  deliver(kind: "msg" | "close", message: CommReceived): void {
    if (kind === "close") {
      this.#open = false;
      this.emit("close", message);
      return;
    }
    this.received?.(message);
    this.emit("message", message);
  }
}

/** What is done when a front end opens a comm. */
export type Opened = (comm: Comm, message: CommReceived) => unknown;

/** All comms of one process. */
export class Comms {
  readonly #send: (message: CommMessage) => void;
  readonly #host: CallbackHost;
  readonly #targets = new Map<string, { opened: Opened; atOnce: boolean }>();
  readonly #comms = new Map<string, Comm>();

  constructor(send: (message: CommMessage) => void, host: CallbackHost) {
    this.#send = message => {
      const carried = asCarried(message);
      if (message.kind === "close") this.#comms.delete(message.commId);
      send(carried);
    };
    this.#host = host;
  }

  /** Opens a comm to the front ends' target of this name. @throws TypeError when messages cannot carry the data */
  open(target: string, data: CommData = {}, extras: CommExtras & { id?: string } = {}): Comm {
    const { metadata = {}, buffers = [], id = randomUUID() } = extras;
    this.#send({ kind: "open", commId: id, target, data, metadata, buffers });
    return this.#add(id, target);
  }

  /** Takes openings of front ends under a name, instead of whoever took them before. */
  register(target: string, opened: Opened): void {
    this.#targets.set(target, { opened: this.#host.bind(opened), atOnce: false });
  }

  /** As `register`, for the kernel's own code: called at once, answers within the message. */
  registerInternal(target: string, opened: Opened): void {
    this.#targets.set(target, { opened, atOnce: true });
  }

  /** Takes no more openings under a name. */
  unregister(target: string): void {
    this.#targets.delete(target);
  }

  /** The open comm of this id. */
  find(id: string): Comm | undefined {
    return this.#comms.get(id);
  }

  /** Takes a front end's message. */
  deliver({ kind, commId, target = "", data, metadata, buffers }: CommMessage): void {
    const received: CommReceived = { data, metadata, buffers: buffers.map(bytesOf) };
    if (kind !== "open") {
      const comm = this.#comms.get(commId);
      if (kind === "close") this.#comms.delete(commId);
      comm?.deliver(kind, received);
      return;
    }
    const taker = this.#targets.get(target);
    if (!taker) {
      this.#send({ kind: "close", commId, data: {}, metadata: {}, buffers: [] });
      return;
    }
    const comm = this.#add(commId, target);
    if (taker.atOnce) taker.opened(comm, received);
    else this.#host.post(() => void taker.opened(comm, received));
  }

  #add(id: string, target: string): Comm {
    const comm = new Comm(id, target, this.#send, this.#host);
    this.#comms.set(id, comm);
    return comm;
  }
}

/**
 * A message as JSON and bytes carry it. Code is told here what they cannot: further on nobody could tell it any more.
 *
 * @throws TypeError for data that contains itself, and for what is no data
 */
function asCarried(message: CommMessage): CommMessage {
  const { target = "", buffers } = message;
  if (typeof target !== "string")
    throw new TypeError(`Comm: target must be a string, got ${inspect(target)}`);
  if (!Array.isArray(buffers) || !buffers.every(isBytes)) {
    throw new TypeError(
      `Comm: buffers must be an array of typed arrays and ArrayBuffers, got ${got(buffers)}`,
    );
  }
  return {
    ...message,
    data: asObject("data", message.data),
    metadata: asObject("metadata", message.metadata),
    buffers: buffers.map(unshared),
  };
}

function asObject(name: string, value: unknown): Record<string, unknown> {
  const carried = jsonSafe(value);
  if (typeof carried === "object" && carried !== null && !Array.isArray(carried)) return { ...carried };
  throw new TypeError(`Comm: ${name} must be an object, got ${got(value)}`);
}

/** Shared memory does not leave the process; its bytes do. */
function unshared(buffer: CommBuffer): CommBuffer {
  const memory = ArrayBuffer.isView(buffer) ? buffer.buffer : buffer;
  return memory instanceof SharedArrayBuffer ? bytesOf(buffer).slice() : buffer;
}

/** A buffer's bytes, whatever it is a view of. */
export function bytesOf(buffer: CommBuffer): Uint8Array {
  return ArrayBuffer.isView(buffer)
    ? new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength)
    : new Uint8Array(buffer);
}
