/** Which request an execution answers, so that late outputs still find their cell. */

import type { Header } from "./messages.js";

/** An execution as the protocol sees it. */
export interface Parent {
  header: Header;
  /** Outputs of silent executions are not published. */
  silent: boolean;
  count: number;
  /** Where a prompt of the cell goes. */
  identities: Uint8Array[];
}

/** A cell this far back that still prints is given up on. */
const REMEMBERED = 10_000;

/** Parents by execution id. */
export class Parents {
  readonly #parents = new Map<number, Parent>();

  /** Remembers an execution's parent; ids grow by one. */
  add(id: number, parent: Parent): void {
    this.#parents.set(id, parent);
    this.#parents.delete(id - REMEMBERED);
  }

  /** The parent of an execution. */
  find(id: number): Parent | undefined {
    return this.#parents.get(id);
  }
}
