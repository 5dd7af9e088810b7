/**
 * Hears clients from the first moment: what the kernel is, which they ask first, is answered while the kernel is yet to
 * be imported, and all else waits for it.
 */

import { Channels, type ChannelHandlers, type Inbound } from "./channels.js";
import type { Connection } from "./connection.js";
import { kernelInfo } from "./kernel-info.js";
import type { Log } from "../base/log.js";
import type { Message } from "../protocol/messages.js";
import { Publisher } from "./publisher.js";
import { Wire } from "../protocol/wire.js";

/** The sockets of one kernel, and who hears them. */
export class Reception {
  readonly channels: Channels;
  readonly publisher: Publisher;
  readonly #connection: Connection;
  #opened: Promise<void> | undefined;
  #served: Promise<void> | undefined;
  /** Told what arrives, once there is a kernel. */
  #kernel: ChannelHandlers["message"] | undefined;
  /** What arrived that only the kernel can answer. */
  readonly #kept: (readonly [Inbound, Message])[] = [];

  constructor(connection: Connection, log: Log) {
    this.#connection = connection;
    this.channels = new Channels(new Wire(connection.key, connection.hash), log);
    this.publisher = new Publisher(this.channels);
  }

  /** Binds the sockets, unless that was done before. @throws ConnectionError when one cannot be bound */
  open(): Promise<void> {
    this.#opened ??= this.#open();
    return this.#opened;
  }

  async #open(): Promise<void> {
    await this.channels.bind(this.#connection);
    this.publisher.publish("status", { execution_state: "starting" });
    this.#served = this.channels.serve({
      message: (channel, message) => {
        if (this.#kernel) this.#kernel(channel, message);
        else if (asksWhatThisIs(channel, message)) this.#answer(channel, message);
        else this.#kept.push([channel, message]);
      },
      subscribed: topic => this.publisher.welcome(topic),
    });
  }

  /** Gives a kernel all that has arrived, and what arrives from now on, until the sockets are closed. */
  async handOver(kernel: ChannelHandlers["message"]): Promise<void> {
    this.#kernel = kernel;
    for (const kept of this.#kept.splice(0)) kernel(...kept);
    await this.#served;
  }

  #answer(channel: Inbound, request: Message): void {
    this.publisher.status("busy", request.header);
    this.publisher.reply(channel, request, { status: "ok", ...kernelInfo() });
    this.publisher.status("idle", request.header);
  }
}

/** A request with something amiss, or for a subshell, is the kernel's to judge. */
function asksWhatThisIs(channel: Inbound, { header, problem }: Message): boolean {
  const asks = channel !== "stdin" && header.msg_type === "kernel_info_request";
  return asks && problem === undefined && (header.subshell_id ?? undefined) === undefined;
}
