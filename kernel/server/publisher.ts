/** Says things in the protocol's words: broadcasts on iopub, replies where the request came from. */

import { randomUUID } from "node:crypto";
import type { Channels, Inbound } from "./channels.js";
import {
  type Broadcasts,
  type Header,
  type InputRequest,
  type Message,
  replyType,
} from "../protocol/messages.js";

/** Sends broadcasts and replies, each with the header of the request that caused it. */
export class Publisher {
  readonly #channels: Channels;

  constructor(channels: Channels) {
    this.#channels = channels;
  }

  /** Broadcasts a message; `extras` go beside its content. */
  publish<T extends keyof Broadcasts>(
    type: T,
    content: Broadcasts[T],
    parent?: Header,
    extras: { metadata?: Record<string, unknown>; buffers?: Uint8Array[] } = {},
  ): void {
    this.#channels.publish({
      type,
      content,
      parent: parent ?? {},
      identities: [Buffer.from(type)],
      ...extras,
    });
  }

  /** Broadcasts that work on a request begins or has ended. */
  status(state: "busy" | "idle", parent: Header): void {
    this.publish("status", { execution_state: state }, parent);
  }

  /** Greets a client that subscribed to a topic, so that it knows it misses nothing from now on. */
  welcome(topic: Uint8Array): void {
    const subscription = Buffer.from(topic).toString();
    this.#channels.publish({ type: "iopub_welcome", content: { subscription }, identities: [topic] });
  }

  /** Asks the client that sent a request. @returns the question's id, which its answer names */
  ask(question: InputRequest, parent: Header, identities: Uint8Array[]): string {
    const id = randomUUID();
    this.#channels.send("stdin", { type: "input_request", content: question, parent, identities, id });
    return id;
  }

  /** Answers a request on its channel; the reply's type follows from the request's. */
  reply(channel: Inbound, { header, identities }: Message, content: object, metadata = {}): void {
    const type = replyType(header.msg_type);
    this.#channels.send(channel, { type, content, parent: header, metadata, identities });
  }
}
