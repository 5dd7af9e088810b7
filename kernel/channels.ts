/**
 * The kernel's five sockets.
 *
 * Incoming frames are decoded here; what is malformed, forged or repeated is dropped, counted and logged,
 * and never reaches a handler.
 */

import { capability, Router, XPublisher } from "zeromq";
import {
  type Connection,
  ConnectionError,
  type CurveKeys,
  endpoint,
  SOCKETS,
  type SocketName,
} from "./connection.js";
import type { Log } from "./log.js";
import type { Message } from "./messages.js";
import { SendQueue } from "./send-queue.js";
import { type Outgoing, type Wire, WireError } from "./wire.js";

/** The sockets on which clients speak to the kernel. */
export type Inbound = "shell" | "control" | "stdin";

/** So many dropped messages are logged one by one. */
const LOGGED_DROPS = 20;
/** Of later ones, so many share a line. */
const DROPS_A_LINE = 1000;

/** What is done with what arrives. */
export interface ChannelHandlers {
  message(channel: Inbound, message: Message): void;
  /** A client subscribed to broadcasts on a topic. */
  subscribed(topic: Uint8Array): void;
}

/** Sends and receives messages. */
export class Channels {
  readonly #wire: Wire;
  readonly #log: Log;
  readonly #sockets = {
    shell: new Router({ linger: 1000, sendHighWaterMark: 0 }),
    iopub: new XPublisher({ linger: 1000, sendHighWaterMark: 0, verbosity: "allSubs" }),
    stdin: new Router({ linger: 1000 }),
    control: new Router({ linger: 1000 }),
    // A reply socket fails for good on frames that no request socket sends; this one only echoes.
    hb: new Router({ linger: 0 }),
  };
  readonly #queues = {
    shell: new SendQueue(this.#sockets.shell),
    iopub: new SendQueue(this.#sockets.iopub),
    stdin: new SendQueue(this.#sockets.stdin),
    control: new SendQueue(this.#sockets.control),
  };
  #dropped = 0;

  constructor(wire: Wire, log: Log) {
    this.#wire = wire;
    this.#log = log;
  }

  /** Binds all sockets, encrypted if there are keys. @throws ConnectionError naming the port that is taken */
  async bind(connection: Connection): Promise<void> {
    if (connection.curve) this.#encrypt(connection.curve);
    await Promise.all(SOCKETS.map(name => this.#bind(connection, name)));
  }

  async #bind(connection: Connection, name: SocketName): Promise<void> {
    const address = endpoint(connection, name);
    try {
      await this.#sockets[name].bind(address);
    } catch (error) {
      const reason = (error as NodeJS.ErrnoException).code ?? String(error);
      throw new ConnectionError(`cannot bind the ${name} socket to ${address} (${reason})`);
    }
  }

  /** Clients without the public key are not heard and hear nothing, on every socket. */
  #encrypt({ publicKey, secretKey }: CurveKeys): void {
    if (!capability.curve) {
      throw new ConnectionError(
        "the connection file asks for CurveZMQ encryption, which this build of zeromq does not have; " +
          'use its published build, or KernelManager.transport_encryption = "disabled"',
      );
    }
    for (const socket of Object.values(this.#sockets)) {
      socket.curveServer = true;
      socket.curvePublicKey = publicKey;
      socket.curveSecretKey = secretKey;
    }
  }

  /** Serves all sockets until they are closed. */
  async serve(handlers: ChannelHandlers): Promise<void> {
    await Promise.all([
      ...(["shell", "control", "stdin"] as const).map(name => this.#receive(name, handlers)),
      this.#subscriptions(handlers),
      this.#heartbeat(),
    ]);
  }

  /** Sends a message on a request channel; `identities` say to whom. */
  send(channel: Inbound, message: Outgoing): void {
    this.#queues[channel].send(this.#wire.encode(message));
  }

  /** Broadcasts a message to all clients. */
  publish(message: Outgoing): void {
    this.#queues.iopub.send(this.#wire.encode(message));
  }

  /** Resolves when everything said so far was handed to ZeroMQ. */
  async drained(): Promise<void> {
    await Promise.all(Object.values(this.#queues).map(queue => queue.drained()));
  }

  /** Closes all sockets; what was sent before still goes out. */
  close(): void {
    for (const socket of Object.values(this.#sockets)) socket.close();
  }

  async #receive(channel: Inbound, handlers: ChannelHandlers): Promise<void> {
    for await (const frames of this.#sockets[channel]) {
      let message: Message;
      try {
        message = this.#wire.decode(frames);
      } catch (error) {
        if (!(error instanceof WireError)) throw error;
        this.#drop(channel, error);
        continue;
      }
      handlers.message(channel, message);
    }
  }

  /** Counts a dropped message and logs the first ones, later ones now and then: strangers must not fill the log. */
  #drop(channel: Inbound, { message }: WireError): void {
    const count = ++this.#dropped;
    if (count > LOGGED_DROPS && count % DROPS_A_LINE !== 0) return;
    this.#log(`dropped message ${count} on ${channel}: ${message}`);
    if (count === LOGGED_DROPS) this.#log(`of further dropped messages, one in ${DROPS_A_LINE} is logged`);
  }

  async #subscriptions(handlers: ChannelHandlers): Promise<void> {
    for await (const [frame] of this.#sockets.iopub) {
      if (frame?.[0] === 1) handlers.subscribed(frame.subarray(1));
    }
  }

  async #heartbeat(): Promise<void> {
    const socket = this.#sockets.hb;
    for await (const frames of socket) {
      // Closed meanwhile: nobody waits for the echo any more.
      await socket.send(frames).catch(() => {});
    }
  }
}
