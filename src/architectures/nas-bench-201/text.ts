/**
 * A cell as the benchmark writes it: for each node after the first, its edges as `operation~node`, between bars, and the
 * nodes joined by `+`.
 */
import { expectList } from "../../base/expect.js";
import { say } from "../../base/say.js";
import { NetworkError } from "../../networks/shapes.js";
import { edgeOperations } from "./operations.js";

/** An edge of a cell, at the node that it leads to. */
export interface Edge {
  /** The operation's name. */
  readonly operation: string;
  /** The node that it reads; 0 is the cell's input. */
  readonly from: number;
}

/**
 * A cell's nodes as the benchmark writes them, `|op~0|+|op~0|op~1|+|op~0|op~1|op~2|`.
 *
 * @throws RangeError for what are no nodes
 * @example
 * ```ts
 * cellText(nasBench201("|none~0|+|skip_connect~1|").nodes); // => "|none~0|+|skip_connect~1|"
 * ```
 */
export function cellText(nodes: readonly (readonly Edge[])[]): string {
  expectList("cellText", "nodes", nodes);
  return Array.from(nodes, (edges, n) => {
    expectList("cellText", `edges of node ${n + 1}`, edges, { operation: "text", from: "number" });
    return `|${edges.map(({ operation, from }) => `${operation}~${from}`).join("|")}|`;
  }).join("+");
}

/**
 * The nodes of a cell that is written so. Edges may be missing, and come in any order; which operations there are is
 * not asked.
 *
 * @throws NetworkError naming the node and the edge that is none
 */
export function parseCell(caller: string, text: string): Edge[][] {
  return text
    .trim()
    .split("+")
    .map((part, i) => {
      const node = part.trim();
      if (!/^\|.*\|$/.test(node) || node.length < 3) {
        throw problem(caller, `node ${i + 1}`, "its edges between bars, |operation~node|…|", node);
      }
      return node
        .slice(1, -1)
        .split("|")
        .map((edge, j): Edge => {
          const [operation, from, ...more] = edge.split("~");
          if (!operation?.trim() || !/^\d+$/.test(from?.trim() ?? "") || more.length > 0) {
            throw problem(
              caller,
              `node ${i + 1}, edge ${j + 1}`,
              "an operation and the node that it reads, such as nor_conv_3x3~0",
              edge,
            );
          }
          const name = operation.trim();
          // The same text for all cells: one that was cut out of a longer one is compared letter by letter.
          return { operation: edgeOperations.get(name)?.name ?? name, from: Number(from) };
        });
    });
}

const problem = (caller: string, place: string, expected: string, got: string): NetworkError =>
  new NetworkError(`${caller}: ${place} of the cell: expected ${expected}, got ${say(got)}`);
