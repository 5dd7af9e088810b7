/** A comm's message, the same in both directions: what `comm_open`, `comm_msg` and `comm_close` carry. */

/** Data of a comm's message. */
export type CommData = Record<string, unknown>;

/** Bytes beside the data; typed arrays keep their type within this process. */
export type CommBuffer = ArrayBufferView | ArrayBuffer;

/** One message of one comm. */
export interface CommMessage {
  kind: "open" | "msg" | "close";
  commId: string;
  /** What the other side is asked for; only in `open`. */
  target?: string;
  data: CommData;
  metadata: Record<string, unknown>;
  buffers: readonly CommBuffer[];
}
