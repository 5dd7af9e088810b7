/** Networks of cells for tests: small ones of each convention, and parts of networks by their names. */
import { type CellNetwork, cellNetwork, type CellNetworkOptions, complexity, type Network } from "netspace";

/** Ten classes, 32 × 32. */
export const small = { classes: 10, resolution: 32 } as const;

/** A small network of a published design. */
export const smallCells = (design: string, options: Partial<CellNetworkOptions> = {}): CellNetwork =>
  cellNetwork({ design, cells: 3, filters: 4, ...small, ...options });

/** Parameters of a network's auxiliary head. */
export function auxiliaryParams(network: Network, resolution: number): number {
  const { layers, auxiliary = [], ...rest } = network;
  const both = complexity({ ...rest, layers: [...layers, ...auxiliary] }, resolution);
  return both.params - complexity(network, resolution).params;
}
