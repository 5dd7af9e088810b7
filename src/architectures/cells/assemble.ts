/** The walk over a network of cells, which building and counting share. */
import type { Assembly, Feature } from "../../networks/assembly/operators.js";
import { NetworkError } from "../../networks/shape.js";
import type { Cell } from "./cell.js";
import { auxiliaryLogits, classifier } from "./heads.js";
import { type CellNetwork, reductionsOf } from "./network.js";
import { conv, norm } from "./parts.js";
import { type CellPlace, walkCell } from "./walk-cell.js";

/** A cell's output, how often its size was halved, and its size where the image's is known. */
interface Output<F> {
  readonly x: F;
  readonly halvings: number;
  readonly size: number | undefined;
}

/** How a cell of the network is walked, given its inputs; see `walkCell`. */
export type CellWalk<F extends Feature> = (
  ops: Assembly<F>,
  cell: Cell,
  place: CellPlace,
  previous: F | undefined,
  current: F,
) => F;

/**
 * Walks a network from image to logits, handing each operator to `ops`.
 *
 * @param cellWalk default: the cell's own blocks; a supernet walks all that its cells may be
 */
export function assemble<F extends Feature>(
  ops: Assembly<F>,
  image: F,
  network: CellNetwork,
  cellWalk: CellWalk<F> = walkCell,
): F {
  const { convention, cells, auxiliary } = network;
  const extra = convention.reductions === "extra";
  const reductions = reductionsOf(network);
  const walk = new Walk(ops, network, cells + (extra ? reductions.length : 0), cellWalk);
  walk.begin(image);
  const at = auxiliary && ops.auxiliary ? auxiliaryCell(network, reductions) : undefined;
  let cell = 0;
  for (let r = 0; cell < cells; ) {
    const reduces = cell === reductions[r];
    if (reduces) {
      walk.reduce(extra);
      if (at === `r${r}`) walk.auxiliary();
      r++;
      if (!extra) {
        cell++;
        continue;
      }
    }
    const until = reductions[r] ?? cells;
    // Walked one by one, or what is alike at once.
    cell += walk.normal(until - cell);
    if (at === `n${cell - 1}`) walk.auxiliary();
  }
  return classifier(ops, walk.last.x, network);
}

/** The cell whose output the auxiliary head reads: the rth reduction, `"r1"`, or a normal cell, `"n5"`. */
function auxiliaryCell(
  { convention, cells }: CellNetwork,
  reductions: readonly number[],
): string | undefined {
  const last = reductions.length - 1;
  if (last < 0) return undefined;
  if (convention.auxiliaryAt === "at") return `r${last}`;
  const extra = convention.reductions === "extra";
  const place = reductions[last] + (convention.auxiliaryAt === "before" ? -1 : extra ? 0 : 1);
  // In place, the cell before may be a reduction itself.
  if (!extra && reductions.includes(place)) return `r${reductions.indexOf(place)}`;
  return place >= 0 && place < cells ? `n${place}` : undefined;
}

class Walk<F extends Feature> {
  readonly #ops: Assembly<F>;
  readonly #network: CellNetwork;
  readonly #cellWalk: CellWalk<F>;
  #total: number;
  /** Cells so far, and normal ones since the last reduction. */
  #walked = 0;
  #alike = 0;
  #named = 1;
  #filters: number;
  #before: Output<F> | undefined;
  #last!: Output<F>;

  constructor(ops: Assembly<F>, network: CellNetwork, total: number, cellWalk: CellWalk<F>) {
    this.#ops = ops;
    this.#network = network;
    this.#cellWalk = cellWalk;
    this.#total = total;
    this.#filters = network.filters;
  }

  get last(): Output<F> {
    return this.#last;
  }

  /** The stem. */
  begin(image: F): void {
    const [ops, network] = [this.#ops, this.#network];
    const { kind, width } = network.stem;
    const raw = network.convention.firstPrevious === "raw";
    ops.scope("stem");
    if (kind === "darts") {
      const { size } = image;
      const first = strided(ops, 1, image, Math.floor(width / 2), network);
      const half = strided(ops, 2, ops.activation("relu1", first, "relu"), width, network);
      const third = strided(ops, 3, ops.activation("relu2", half, "relu"), width, network);
      this.#before = { x: half, halvings: 0, size: halved(halved(size)) };
      this.#last = { x: third, halvings: 1, size: halved(halved(halved(size))) };
      return;
    }
    const valid = kind === "nasnet";
    const x = valid
      ? ops.conv("conv", image, width, { kernel: 3, stride: 2, padding: "valid" })
      : conv(ops, "conv", image, width, 3, 1, 1, 1, network);
    const size = image.size === undefined || !valid ? image.size : Math.floor((image.size - 3) / 2) + 1;
    this.#last = { x: norm(ops, "bn", x, network), halvings: 0, size };
    this.#before = raw ? undefined : this.#last;
    if (!valid) return;
    this.#total += STEM_CELLS.length;
    for (const [i, part] of STEM_CELLS.entries()) {
      this.#filters = Math.floor(network.filters * part);
      this.#reduction(`stem.cell${i + 1}`);
    }
    this.#filters = network.filters;
  }

  /** A reduction cell. @param extra whether a normal cell follows that reads past it */
  reduce(extra: boolean): void {
    const before = this.#before;
    this.#filters *= 2;
    this.#reduction(`cell${this.#named++}`);
    this.#alike = 0;
    if (extra && this.#network.skipsReduction) this.#past = before;
  }
  /** What the cell behind a reduction reads in place of the reduction's own input. */
  #past: Output<F> | undefined;

  #reduction(scope: string): void {
    const { size, halvings } = this.#last;
    if (size === 1) {
      // Its scope is what the error names.
      this.#ops.scope(scope);
      throw new NetworkError(
        "the reduction cell would halve a map of 1 × 1; take a larger resolution, or fewer reductions",
      );
    }
    const x = this.#cell(scope, 2, this.#before, this.#last.x);
    this.#before = this.#last;
    this.#last = { x, halvings: halvings + 1, size: halved(size) };
    this.#walked++;
  }

  /** The next normal cell, or as many of these as are alike; gives how many. @param most until the next reduction */
  normal(most: number): number {
    const ops = this.#ops;
    const { halvings, size } = this.#last;
    // Behind two normal cells of a stage that gave the same all have inputs of the same shapes, and give the same.
    const settled = this.#alike >= 2 && this.#before?.x.channels === this.#last.x.channels;
    const times = ops.repeat !== undefined && settled ? most : 1;
    const scope = `cell${this.#named}`;
    const x =
      times > 1
        ? ops.repeat!(times, this.#last.x, y => this.#cell(scope, 1, { x: y, halvings, size }, y))
        : this.#cell(scope, 1, this.#past ?? this.#before, this.#last.x);
    this.#past = undefined;
    this.#before = this.#last;
    this.#last = { x, halvings, size };
    this.#walked += times;
    this.#alike += times;
    this.#named += times;
    return times;
  }

  #cell(scope: string, stride: 1 | 2, previous: Output<F> | undefined, current: F): F {
    const { convention, epsilon, operations, normal, reduction } = this.#network;
    const larger = previous === undefined ? 0 : this.#last.halvings - previous.halvings;
    if (larger > 1) {
      this.#ops.scope(`${scope}.previous`);
      throw new NetworkError(
        `the previous input is ${2 ** larger} times as large as the current one, and only a factor of 2 is reduced; place reductions further apart, or leave skipsReduction out`,
      );
    }
    const place: CellPlace = {
      scope,
      out: this.#filters,
      stride,
      convention,
      epsilon,
      operations,
      previousLarger: larger === 1 ? 2 : 1,
      share: convention.dropPath === "even" ? 1 : (this.#walked + 1) / this.#total,
    };
    return this.#cellWalk(this.#ops, stride === 1 ? normal : reduction, place, previous?.x, current);
  }

  auxiliary(): void {
    auxiliaryLogits(this.#ops, this.#last.x, this.#last.size, this.#network);
  }
}

/** Filters of the two reduction cells of NASNet's stem for ImageNet, as a part of those of the first cell. */
const STEM_CELLS = [1 / 4, 1 / 2] as const;

const halved = <S extends number | undefined>(size: S): S =>
  (size === undefined ? undefined : Math.ceil(size / 2)) as S;

/** A 3 × 3 convolution of stride 2 and normalisation. */
const strided = <F extends Feature>(
  ops: Assembly<F>,
  i: number,
  x: F,
  out: number,
  network: CellNetwork,
): F => norm(ops, `bn${i}`, conv(ops, `conv${i}`, x, out, 3, 2, 1, 1, network), network);
