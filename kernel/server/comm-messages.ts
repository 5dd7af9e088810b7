/**
 * Comm messages between clients and the cells' code: handed on in both directions, each under the header of the
 * request that caused it.
 *
 * Which comms are open is kept here, so that `comm_info` is answered while a cell spins, and so that clients are told
 * when the process in which the comms lived has ended.
 */

import type { CommEvent } from "../protocol/evaluator.js";
import type { Interpreter } from "../protocol/interpreter.js";
import { objectField, stringField } from "../base/fields.js";
import type { Message } from "../protocol/messages.js";
import type { Parents } from "./parents.js";
import type { Publisher } from "./publisher.js";
import type { CommMessage } from "../widgets/comms/comm-message.js";
import { bytesOf } from "../widgets/comms/comms.js";

/** What clients may send, and what it is called within the kernel. */
const KINDS: Readonly<Record<string, CommMessage["kind"]>> = {
  comm_open: "open",
  comm_msg: "msg",
  comm_close: "close",
};

/** What comm messages need from their surroundings. */
export interface CommMessagesOptions {
  publisher: Publisher;
  interpreter: Pick<Interpreter, "deliver">;
  parents: Parents;
  /** The latest execution, to which messages of unknown origin are given. */
  latest: () => number;
  /** A number for a delivery, of the same row as those of executions. */
  nextId: () => number;
}

/** The comms of one kernel. */
export class CommMessages {
  readonly #options: CommMessagesOptions;
  /** Targets of open comms by comm id. */
  readonly #open = new Map<string, string>();

  constructor(options: CommMessagesOptions) {
    this.#options = options;
  }

  /** Whether messages of this type are handled here. */
  handles(type: string): boolean {
    return Object.hasOwn(KINDS, type);
  }

  /** The open comms, all or those to one target, as `comm_info` tells them. */
  info(target?: string): Record<string, { target_name: string }> {
    const wanted = [...this.#open].filter(([, name]) => target === undefined || name === target);
    return Object.fromEntries(wanted.map(([id, target_name]) => [id, { target_name }]));
  }

  /**
   * Hands a client's message to the cells' code; resolves when what it called has returned.
   *
   * @throws FieldError when the content is not what the protocol says
   */
  async receive({ header, content, metadata, buffers, identities }: Message): Promise<void> {
    const { parents, interpreter, nextId } = this.#options;
    const kind = KINDS[header.msg_type] ?? "msg";
    const commId = stringField(content, "comm_id");
    const data = objectField(content, "data");
    const target = kind === "open" ? stringField(content, "target_name") : undefined;
    if (target !== undefined) this.#open.set(commId, target);
    if (kind === "close") this.#open.delete(commId);
    const id = nextId();
    parents.add(id, { header, silent: false, count: 0, identities });
    await interpreter.deliver({
      type: "comm",
      id,
      message: { kind, commId, data, metadata, buffers, ...(target !== undefined && { target }) },
    });
    parents.remove(id);
  }

  /** Broadcasts a message of the cells' code. */
  send({ id, origin, message }: CommEvent): void {
    const { publisher, parents, latest } = this.#options;
    const { kind, commId: comm_id, target = "", data, metadata, buffers } = message;
    const parent = (parents.find(id) ?? parents.find(origin) ?? parents.find(latest()))?.header;
    const extras = { metadata, buffers: buffers.map(bytesOf) };
    if (kind === "open") {
      this.#open.set(comm_id, target);
      publisher.publish("comm_open", { comm_id, target_name: target, data }, parent, extras);
    } else {
      if (kind === "close") this.#open.delete(comm_id);
      publisher.publish(kind === "msg" ? "comm_msg" : "comm_close", { comm_id, data }, parent, extras);
    }
  }

  /** Closes all comms: the process they lived in has ended. */
  closeAll(): void {
    const { publisher, parents, latest } = this.#options;
    const parent = parents.find(latest())?.header;
    for (const comm_id of this.#open.keys()) publisher.publish("comm_close", { comm_id, data: {} }, parent);
    this.#open.clear();
  }
}
