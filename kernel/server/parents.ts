/** Which request an execution answers, so that late outputs still find their cell. */

import type { Header } from "../protocol/messages.js";

/** An execution, or the delivery of a comm message, as the protocol sees it. */
export interface Parent {
  header: Header;
  /** Outputs of silent executions are not published. */
  silent: boolean;
  count: number;
  /** Where a prompt of the cell goes. */
  identities: Uint8Array[];
}

/** Of cells further back than so many nothing is shown any more. */
const REMEMBERED = 10_000;

/** Parents by execution id. */
export class Parents {
  readonly #parents = new Map<number, Parent>();

  /** Remembers an execution's parent. */
  add(id: number, parent: Parent): void {
    this.#parents.set(id, parent);
    if (this.#parents.size <= REMEMBERED) return;
    const [oldest] = this.#parents.keys();
    if (oldest !== undefined) this.#parents.delete(oldest);
  }

  /** Forgets one that can have no outputs of its own. */
  remove(id: number): void {
    this.#parents.delete(id);
  }

  /** The parent of an execution. */
  find(id: number): Parent | undefined {
    return this.#parents.get(id);
  }
}
