/**
 * The kernel's five sockets.
 *
 * Incoming frames are decoded here; what is malformed, forged or repeated is dropped, counted and logged,
 * and never reaches a handler.
 */

import { setTimeout as sleep } from "node:timers/promises";
import { capability, Router, XPublisher } from "zeromq";
import {
  type Connection,
  ConnectionError,
  type CurveKeys,
  endpoint,
  SOCKETS,
  type SocketName,
} from "./connection.js";
import { describedError } from "../base/described.js";
import type { Log } from "../base/log.js";
import type { Message } from "../protocol/messages.js";
import { SendQueue } from "./send-queue.js";
import type { Outgoing, Wire } from "../protocol/wire.js";

/** The sockets on which clients speak to the kernel. */
export type Inbound = "shell" | "control" | "stdin";

/** So many dropped messages are logged one by one. */
const LOGGED_DROPS = 20;
/** Of later ones, so many share a line. */
const DROPS_A_LINE = 1000;

/** A socket that cannot receive, with memory or files running short, is asked again after this. */
const RECEIVE_PAUSE_MS = 100;

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

  #receive(channel: Inbound, handlers: ChannelHandlers): Promise<void> {
    return this.#each(channel, frames => {
      let message: Message;
      try {
        message = this.#wire.decode(frames);
      } catch (error) {
        this.#drop(channel, error);
        return;
      }
      handlers.message(channel, message);
    });
  }

  /** Takes all that a socket receives, until it is closed: nothing that one message does keeps the next from being heard. */
  async #each(name: SocketName, take: (frames: Uint8Array[]) => void | Promise<void>): Promise<void> {
    const socket = this.#sockets[name];
    while (!socket.closed) {
      try {
        const frames = await socket.receive();
        await take(frames);
      } catch (error) {
        if (socket.closed) return;
        this.#log(`internal error on ${name}: ${describedError(error)}`);
        await sleep(RECEIVE_PAUSE_MS);
      }
    }
  }

  /** Counts a dropped message and logs the first ones, later ones now and then: strangers must not fill the log. */
  #drop(channel: Inbound, error: unknown): void {
    const count = ++this.#dropped;
    const reason = error instanceof Error ? error.message : String(error);
    if (count > LOGGED_DROPS && count % DROPS_A_LINE !== 0) return;
    this.#log(`dropped message ${count} on ${channel}: ${reason}`);
    if (count === LOGGED_DROPS) this.#log(`of further dropped messages, one in ${DROPS_A_LINE} is logged`);
  }

  #subscriptions(handlers: ChannelHandlers): Promise<void> {
    return this.#each("iopub", ([frame]) => {
      if (frame?.[0] === 1) handlers.subscribed(frame.subarray(1));
    });
  }

  #heartbeat(): Promise<void> {
    // Closed meanwhile: nobody waits for the echo any more.
    return this.#each("hb", frames => this.#sockets.hb.send(frames).catch(() => {}));
  }
}
