/** What a search by DARTS came to, and how it went. */
import type { AnyArchitecture } from "../../../architectures/family.js";
import { reviveArchitecture } from "../../../architectures/stored.js";
import { duration } from "../../../base/duration.js";
import { escapeHtml } from "../../../base/escape-html.js";
import { say } from "../../../base/say.js";
import { cellDiagram } from "../../../figures/diagram/cell-diagram.js";
import type { CellDiagram } from "../../../figures/diagram/cell-picture.js";
import type { Figure } from "../../../figures/figure.js";
import { epochsPanel } from "../../../figures/panels/epochs-panel.js";
import { grid, type Panel, row } from "../../../figures/panels.js";
import { liveSvg } from "../../../figures/rendering/live-svg.js";
import { type Table, tableOf } from "../../../tables/table.js";
import { type Alpha, softmax } from "../alpha.js";
import type { DartsFacts, DartsStanding, DartsStatus } from "./darts-folder.js";
import { cellOf } from "./alpha-vector.js";
import { type DartsEpoch, entropyOf, isSkip, skipsText } from "./epoch.js";

const DISPLAY = Symbol.for("Jupyter.display");

/** Panels of one edge each in a row of a figure. */
const PANELS_IN_ROW = 4;

/** One operation of one edge after one epoch. */
export interface AlphaRow {
  readonly epoch: number;
  readonly edge: string;
  readonly operation: string;
  readonly alpha: number;
  /** The softmax over the edge's operations. */
  readonly weight: number;
  /** Whether the architecture of that epoch keeps it. */
  readonly kept: boolean;
}

/** One epoch. */
export interface EpochRow {
  readonly epoch: number;
  readonly learningRate: number;
  readonly trainingLoss: number;
  readonly validationLoss: number;
  readonly trainingError: number;
  readonly validationError: number;
  /** Skips among the operations that the architecture keeps, and their share. */
  readonly skips: number;
  readonly skipShare: number;
  /** Mean over edges of the softmax's weight of the skip. */
  readonly skipWeight: number;
  /** Mean over edges of the softmax's entropy, in shares of the greatest there is: 1 is no preference, 0 a choice made. */
  readonly entropy: number;
  readonly seconds: number;
}

export class DartsResult<A extends AnyArchitecture = AnyArchitecture> {
  /** What the search is. */
  readonly search: DartsFacts;
  /** Every epoch that was ended. */
  readonly history: readonly DartsEpoch[];
  /**
   * `"finished"` after all epochs; `"stopped"` early, by skips; `"diverged"`; `"cancelled"` by whoever ran it; `"running"` where a
   * folder is looked at whose search has epochs to come.
   */
  readonly status: DartsStatus;
  /** Why it was stopped or diverged, in words. */
  readonly reason: string | undefined;
  /** Where a number stopped being finite, both from 1. */
  readonly divergedAt: { readonly epoch: number; readonly step: number } | undefined;
  /** Where it lies, if anywhere. */
  readonly folder: string | undefined;
  #architecture: A | undefined;

  constructor(search: DartsFacts, standing: DartsStanding, folder: string | undefined) {
    this.search = search;
    this.history = standing.history;
    this.status = standing.status;
    this.reason = standing.reason;
    this.divergedAt = standing.divergedAt;
    this.folder = folder;
  }

  /** The architecture that α said after the last epoch; undefined before the first was over. */
  get architecture(): A | undefined {
    const last = this.history.at(-1);
    return last && (this.#architecture ??= reviveArchitecture(last.architecture) as unknown as A);
  }

  /** After the last epoch; undefined before the first was over. */
  get alpha(): Alpha | undefined {
    const last = this.history.at(-1);
    return (
      last && new Map(Object.entries(last.alpha).map(([edge, values]) => [edge, Float64Array.from(values)]))
    );
  }

  /** One row for each epoch. */
  get epochs(): Table<EpochRow> {
    return tableOf(this.history.map(epoch => epochRow(this.search, epoch)));
  }

  /** One row for each epoch, edge and operation. */
  get alphas(): Table<AlphaRow> {
    return tableOf(
      this.history.flatMap(({ epoch, alpha, chosen }) =>
        Object.entries(this.search.edges).flatMap(([edge, operations]) => {
          const weights = softmax(alpha[edge]);
          return operations.map((operation, i) => ({
            epoch,
            edge,
            operation,
            alpha: alpha[edge][i],
            weight: weights[i],
            kept: chosen[edge] === operation,
          }));
        }),
      ),
    );
  }

  /** Kinds of cells, as `alphaFigure` knows them. */
  get cells(): string[] {
    return cellsOf(this.history);
  }

  /** Errors, skips and entropy by epoch. */
  get figure(): Figure {
    return row(dartsPanels(this.search, this.history));
  }

  /**
   * The softmax's weights by epoch, a panel for each edge of a cell; the operation that is kept at the end is drawn wider.
   *
   * @param cell default: the first
   * @throws RangeError for a cell that there is not
   */
  alphaFigure(cell: string = this.cells[0]): Figure {
    if (this.history.length === 0) {
      throw new RangeError("alphaFigure: expected a search with at least one epoch, got none that is over");
    }
    if (!this.cells.includes(cell)) {
      throw new RangeError(`alphaFigure: expected a cell of ${this.cells.join(", ")}, got ${say(cell)}`);
    }
    const edges = Object.keys(this.search.edges).filter(edge => cellOf(edge) === cell);
    const panels = edges.map(edge => edgePanel(this.search, this.history, edge));
    const rows: Panel[][] = [];
    for (let i = 0; i < panels.length; i += PANELS_IN_ROW) rows.push(panels.slice(i, i + PANELS_IN_ROW));
    return grid(rows, { title: `${this.search.space}: weights of operations, ${cell}` });
  }

  /** The cells of the architecture. @throws RangeError before the first epoch was over, and for a family without cells */
  get diagram(): CellDiagram {
    const { architecture } = this;
    if (architecture) return cellDiagram(architecture);
    throw new RangeError("diagram: expected a search with at least one epoch, got none that is over");
  }

  toString(): string {
    return `${this.search.space}, DARTS of order ${this.search.order}: ${this.#ended()}`;
  }

  /** For Jupyter front ends: a sentence, the cells, and the curves. */
  [DISPLAY](): Record<string, unknown> {
    const text = String(this);
    const pictures = this.history.length > 0 ? `${this.#cells()}${liveSvg(this.figure)}` : "";
    return { "text/html": `<p><b>${escapeHtml(text)}</b></p>${pictures}`, "text/plain": text };
  }

  #ended(): string {
    const { status, history, reason, divergedAt } = this;
    const done = `${history.length} of ${this.search.recipe.epochs} epochs`;
    const last = history.at(-1);
    const seconds = history.reduce((sum, epoch) => sum + epoch.seconds, 0);
    const outcome = {
      finished: done,
      running: done,
      cancelled: `stopped after ${done}`,
      stopped: `${done}, ended by ${reason}`,
      diverged: `diverged in epoch ${divergedAt?.epoch} at step ${divergedAt?.step} (${reason})`,
    }[status];
    const skips = Object.entries(last?.skips ?? {}).map(([cell, count]) => skipsText(count, cell));
    return [
      outcome,
      last && `validation error ${last.validationError.toFixed(1)} %`,
      ...skips,
      last && duration(seconds),
    ]
      .filter(Boolean)
      .join("; ");
  }

  #cells(): string {
    try {
      return this.diagram.svg;
    } catch {
      // A family that has no cells, or one of the user's that is not known here.
      return "";
    }
  }
}

const cellsOf = (history: readonly DartsEpoch[]): string[] => Object.keys(history[0]?.skips ?? {});
const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

function epochRow({ edges }: DartsFacts, record: DartsEpoch): EpochRow {
  const { epoch, learningRate, trainingLoss, validationLoss, trainingError, validationError, seconds } =
    record;
  const skips = Object.values(record.skips).reduce((sum, count) => sum + count, 0);
  return {
    epoch,
    learningRate,
    trainingLoss,
    validationLoss,
    trainingError,
    validationError,
    skips,
    skipShare: keptSkips(record),
    skipWeight: skipWeight(edges, record),
    entropy: meanEntropy(edges, record),
    seconds,
  };
}

/** Share of the kept operations; NaN where none is kept. */
function keptSkips({ chosen }: DartsEpoch, cell?: string): number {
  const kept = Object.entries(chosen).filter(
    ([edge, operation]) => operation !== null && (cell === undefined || cellOf(edge) === cell),
  );
  return kept.filter(([, operation]) => isSkip(operation!)).length / kept.length;
}

/** Mean over the edges that have a skip among their operations; NaN where none has. */
function skipWeight(edges: DartsFacts["edges"], { alpha }: DartsEpoch, cell?: string): number {
  const weights = Object.entries(edges).flatMap(([edge, operations]) => {
    const at = operations.findIndex(isSkip);
    return at < 0 || (cell !== undefined && cellOf(edge) !== cell) ? [] : [softmax(alpha[edge])[at]];
  });
  return mean(weights);
}

function meanEntropy(edges: DartsFacts["edges"], { alpha }: DartsEpoch, cell?: string): number {
  const shares = Object.entries(edges).flatMap(([edge, { length }]) =>
    length < 2 || (cell !== undefined && cellOf(edge) !== cell)
      ? []
      : [entropyOf(softmax(alpha[edge])) / Math.log(length)],
  );
  return mean(shares);
}

function edgePanel({ edges, recipe }: DartsFacts, history: readonly DartsEpoch[], edge: string): Panel {
  const weights = history.map(({ alpha }) => softmax(alpha[edge]));
  const kept = history.at(-1)?.chosen[edge];
  return epochsPanel(
    edges[edge].map((operation, i) => ({
      name: operation,
      values: weights.map(each => each[i]),
      bold: operation === kept,
    })),
    { label: "weight", title: kept ? `${edge}: ${kept}` : `${edge}: not kept`, epochs: recipe.epochs },
  );
}

/** Errors, skips and entropy by epoch; what a search in a notebook shows while it runs. */
export function dartsPanels({ edges, recipe }: DartsFacts, history: readonly DartsEpoch[]): Panel[] {
  const cells = cellsOf(history);
  const { epochs } = recipe;
  const skips = cells.flatMap((cell, colour) => [
    {
      name: `${cell}: of what is kept`,
      values: history.map(each => keptSkips(each, cell)),
      colour,
      dash: "solid" as const,
    },
    {
      name: `${cell}: mean weight`,
      values: history.map(each => skipWeight(edges, each, cell)),
      colour,
      dash: "dash" as const,
    },
  ]);
  return [
    epochsPanel(
      [
        { name: "validation images", values: history.map(each => each.validationError) },
        { name: "training images", values: history.map(each => each.trainingError) },
      ],
      { label: "error of the supernet (%)", epochs },
    ),
    epochsPanel(skips, { label: "share of skips", range: [0, 1], epochs }),
    epochsPanel(
      cells.map(cell => ({ name: cell, values: history.map(each => meanEntropy(edges, each, cell)) })),
      { label: "entropy of α (share of the greatest)", epochs },
    ),
  ];
}
