/**
 * The network of an LSTM controller, forwards and backwards through its steps: layers of long short-term memory over the
 * embedding of the option that was taken last (at first a learned vector), and for each option of the vocabulary a
 * row that makes its logit of the last layer's output.
 *
 * The gates are PyTorch's, in its order (input, forget, cell, output), with one bias. With X a layer's inputs, a row for each choice:
 * G = X · Wx + H₋ · Wh + b, c = σ(f) c₋ + σ(i) tanh(g), h = σ(o) tanh(c).
 */
import type { ChoiceRows } from "./choice-rows.js";
import { workspace } from "./workspace.js";

export interface LstmShape {
  readonly layers: number;
  readonly units: number;
  /** Of the whole vocabulary. */
  readonly options: number;
}

/** Where a layer's weights begin: of its input (units × 4 units), of its own output (the same), and biases. */
interface Layer {
  readonly input: number;
  readonly recurrent: number;
  readonly bias: number;
}

/** What the way back needs of a layer: its inputs, activated gates, cells and their tanh, and outputs. */
interface Trace {
  readonly inputs: number;
  readonly gates: number;
  readonly cells: number;
  readonly squashed: number;
  readonly outputs: number;
}

/** Through the choices of one way. */
export interface Walk {
  /** Of the next choice's options, by their places in the vocabulary. */
  readonly logits: (places: Int32Array) => Float64Array;
  /** Goes on: 1 + the place of the option that was taken. */
  readonly read: (token: number) => void;
}

/** What the network says of a batch. */
export interface Forward {
  /** Of every choice, `width` a row. */
  readonly logits: Float32Array;
  /** The gradient of all parameters by one of those logits. */
  readonly back: (slopes: Float32Array) => Float32Array;
}

export class LstmNetwork {
  /** Of all parameters, which are one vector. */
  readonly size: number;
  /** Of what is read: the first input, then every option; units each. */
  readonly embedding = 0;
  readonly layers: readonly Layer[];
  /** Of every option, units each. */
  readonly heads: number;
  readonly headBias: number;
  /** What is no bias: from where to where. */
  readonly weights: readonly (readonly [from: number, to: number])[];
  readonly #units: number;
  readonly #options: number;

  constructor({ layers, units, options }: LstmShape) {
    this.#units = units;
    this.#options = options;
    const square = 4 * units * units;
    const first = (options + 1) * units;
    this.layers = Array.from({ length: layers }, (_, i) => {
      const input = first + i * (2 * square + 4 * units);
      return { input, recurrent: input + square, bias: input + 2 * square };
    });
    this.heads = first + layers * (2 * square + 4 * units);
    this.headBias = this.heads + options * units;
    this.size = this.headBias + options;
    this.weights = [
      [0, first],
      ...this.layers.map(({ input, bias }) => [input, bias] as const),
      [this.heads, this.headBias],
    ];
  }

  /** One step after the other, for one way: gives the logits of a choice's options, then is told what is read next. */
  walk(parameters: Float32Array): Walk {
    const units = this.#units;
    const four = 4 * units;
    workspace.clear();
    const { turn } = workspace;
    const weights = workspace.put(parameters);
    const gates = workspace.take(four);
    const states = this.layers.map(() => ({
      output: workspace.take(units),
      cell: workspace.take(units),
      squashed: workspace.take(units),
    }));
    const { output } = states.at(-1)!;
    const read = (token: number): void => {
      if (workspace.turn !== turn) {
        throw new Error("LstmNetwork: expected one walk at a time, got another before this one ended");
      }
      let input = weights + this.embedding + token * units;
      for (const [i, layer] of this.layers.entries()) {
        const state = states[i];
        workspace.copy(weights + layer.bias, gates, four);
        workspace.product(1, units, four, input, units, 1, weights + layer.input, gates);
        workspace.product(1, units, four, state.output, units, 1, weights + layer.recurrent, gates);
        step(1, units, gates, state.cell, state.cell, state.squashed, state.output);
        input = state.output;
      }
    };
    read(0);
    return { logits: places => this.#logits(weights, output, places), read };
  }

  #logits(weights: number, output: number, places: Int32Array): Float64Array {
    const { values } = workspace;
    const units = this.#units;
    const logits = new Float64Array(places.length);
    for (let j = 0; j < places.length; j++) {
      let sum = values[weights + this.headBias + places[j]];
      const head = weights + this.heads + places[j] * units;
      for (let p = 0; p < units; p++) sum += values[head + p] * values[output + p];
      logits[j] = sum;
    }
    return logits;
  }

  /**
   * A batch, forwards. The way back is asked for before anything else is: what it needs is in the workspace.
   */
  forward(parameters: Float32Array, rows: ChoiceRows): Forward {
    const units = this.#units;
    const four = 4 * units;
    const { count, steps } = rows;
    workspace.clear();
    const { turn } = workspace;
    const weights = workspace.put(parameters);
    const { tokens, of } = distinctTokens(rows);
    const embedded = this.#embedded(weights, tokens);
    const traces: Trace[] = [];
    for (const [i, layer] of this.layers.entries()) {
      const trace: Trace = {
        inputs: i === 0 ? embedded : traces[i - 1].outputs,
        gates: workspace.take(count * four),
        cells: workspace.take(count * units),
        squashed: workspace.take(count * units),
        outputs: workspace.take(count * units),
      };
      traces.push(trace);
      // What is read is some of few tokens: their part is calculated once for each.
      const [lines, into] =
        i === 0 ? [tokens.length, workspace.take(tokens.length * four)] : [count, trace.gates];
      for (let row = 0; row < lines; row++) workspace.copy(weights + layer.bias, into + row * four, four);
      workspace.product(lines, units, four, trace.inputs, units, 1, weights + layer.input, into);
      if (i === 0) {
        for (let row = 0; row < count; row++)
          workspace.copy(into + of[row] * four, trace.gates + row * four, four);
      }
      for (let t = 0; t + 1 < steps.length; t++) {
        const [from, n] = [steps[t], steps[t + 1] - steps[t]];
        const before = t === 0 ? -1 : steps[t - 1];
        const gates = trace.gates + from * four;
        if (before >= 0) {
          const outputs = trace.outputs + before * units;
          workspace.product(n, units, four, outputs, units, 1, weights + layer.recurrent, gates);
        }
        const cells = trace.cells + from * units;
        // The first step has no cells before it: its own, which are zeros.
        const cellsBefore = before >= 0 ? trace.cells + before * units : cells;
        step(
          n,
          units,
          gates,
          cellsBefore,
          cells,
          trace.squashed + from * units,
          trace.outputs + from * units,
        );
      }
    }
    const { outputs } = traces.at(-1)!;
    const logits = this.#allLogits(weights, outputs, rows);
    const back = (slopes: Float32Array): Float32Array => {
      if (workspace.turn !== turn) {
        throw new Error("LstmNetwork: expected the way back after its own way forward, got another between");
      }
      return this.#back(weights, rows, traces, tokens, of, slopes);
    };
    return { logits, back };
  }

  /** The logits of every choice, `width` a row. */
  #allLogits(weights: number, outputs: number, rows: ChoiceRows): Float32Array {
    const { count, width } = rows;
    const units = this.#units;
    const heads = workspace.transposed(weights + this.heads, this.#options, units);
    const logits = workspace.take(count * width);
    const { values } = workspace;
    for (const { from, n, option, options, column } of runs(rows)) {
      const here = logits + from * width + column;
      const bias = weights + this.headBias + option;
      for (let row = 0; row < n; row++) values.copyWithin(here + row * width, bias, bias + options);
      workspace.product(
        n,
        units,
        options,
        outputs + from * units,
        units,
        1,
        heads + option,
        here,
        this.#options,
        width,
      );
    }
    return values.slice(logits, logits + count * width);
  }

  /** The embeddings of some tokens, one after the other. */
  #embedded(weights: number, tokens: readonly number[]): number {
    const units = this.#units;
    const at = workspace.take(tokens.length * units);
    for (const [i, token] of tokens.entries())
      workspace.copy(weights + this.embedding + token * units, at + i * units, units);
    return at;
  }

  #back(
    weights: number,
    rows: ChoiceRows,
    traces: readonly Trace[],
    tokens: readonly number[],
    of: Int32Array,
    slopes: Float32Array,
  ): Float32Array {
    const units = this.#units;
    const four = 4 * units;
    const { count, width } = rows;
    const gradient = workspace.take(this.size);
    let outward = workspace.take(count * units);
    const given = workspace.put(slopes);
    const { outputs } = traces.at(-1)!;
    for (const { from, n, option, options, column } of runs(rows)) {
      const [here, head] = [given + from * width + column, this.heads + option * units];
      workspace.product(options, n, units, here, 1, width, outputs + from * units, gradient + head);
      workspace.product(n, options, units, here, width, 1, weights + head, outward + from * units);
      const { values } = workspace;
      for (let row = 0; row < n; row++)
        for (let j = 0; j < options; j++)
          values[gradient + this.headBias + option + j] += values[here + row * width + j];
    }
    for (let i = traces.length - 1; i >= 0; i--) {
      const { input, bias } = this.layers[i];
      const gates = this.#backThroughTime(weights, this.layers[i], traces[i], rows, outward, gradient);
      // Into what was read: of the first layer, some of few tokens.
      const lines = i === 0 ? tokens.length : count;
      const into = i === 0 ? gathered(gates, of, tokens.length, four) : gates;
      for (let row = 0; row < lines; row++) workspace.add(into + row * four, gradient + bias, four);
      workspace.product(units, lines, four, traces[i].inputs, 1, units, into, gradient + input);
      const turned = workspace.transposed(weights + input, units, four);
      outward = workspace.take(lines * units);
      workspace.product(lines, four, units, into, four, 1, turned, outward);
    }
    for (const [i, token] of tokens.entries())
      workspace.add(outward + i * units, gradient + this.embedding + token * units, units);
    return workspace.values.slice(gradient, gradient + this.size);
  }

  /** Slopes of a layer's gates, which take the gates' place; adds to its recurrent weights' gradient. */
  #backThroughTime(
    weights: number,
    { recurrent }: Layer,
    { gates, cells, squashed, outputs }: Trace,
    { steps }: ChoiceRows,
    outward: number,
    gradient: number,
  ): number {
    const units = this.#units;
    const four = 4 * units;
    const turned = workspace.transposed(weights + recurrent, units, four);
    const carried = workspace.take((steps[1] ?? 0) * units);
    for (let t = steps.length - 2; t >= 0; t--) {
      const [from, n] = [steps[t], steps[t + 1] - steps[t]];
      const before = t === 0 ? -1 : steps[t - 1];
      const here = gates + from * four;
      stepBack(
        n,
        units,
        here,
        before >= 0 ? cells + before * units : -1,
        squashed + from * units,
        outward + from * units,
        carried,
      );
      if (before < 0) continue;
      workspace.product(n, four, units, here, four, 1, turned, outward + before * units);
    }
    this.#recurrentGradient(steps, gates, outputs, gradient + recurrent);
    return gates;
  }

  /** Adds the products of all steps' slopes with the outputs before them: in one go where as many ways go on, step after step. */
  #recurrentGradient(steps: Int32Array, gates: number, outputs: number, into: number): void {
    const units = this.#units;
    const countOf = (t: number) => steps[t + 1] - steps[t];
    for (let from = 1, to = 2; from + 1 < steps.length; from = to++) {
      const n = countOf(from);
      // Outputs of the step before are in a row with those of this one where none of its ways ended.
      while (to + 1 < steps.length && countOf(to) === n && countOf(to - 2) === n) to++;
      const [before, here] = [outputs + steps[from - 1] * units, gates + steps[from] * 4 * units];
      workspace.product(units, (to - from) * n, 4 * units, before, 1, units, here, into);
    }
  }
}

/** Rows with the same offer, and options of it that lie together in the vocabulary: those at `column` and after. */
function* runs({ count, places }: ChoiceRows) {
  for (let from = 0, to = 1; from < count; from = to++) {
    const offered = places[from];
    while (to < count && places[to] === offered) to++;
    for (let column = 0, end = 1; column < offered.length; column = end++) {
      while (end < offered.length && offered[end] === offered[end - 1] + 1) end++;
      yield { from, n: to - from, option: offered[column], options: end - column, column };
    }
  }
}

/** What is read in a batch, each once, and which of them each row reads. */
function distinctTokens({ tokens }: ChoiceRows): { tokens: number[]; of: Int32Array } {
  const known = new Map<number, number>();
  const of = tokens.map(token => {
    const place = known.get(token) ?? known.size;
    known.set(token, place);
    return place;
  });
  return { tokens: [...known.keys()], of };
}

/** Sums of rows that belong to the same line. */
function gathered(from: number, lineOf: Int32Array, lines: number, length: number): number {
  const at = workspace.take(lines * length);
  for (const [row, line] of lineOf.entries()) workspace.add(from + row * length, at + line * length, length);
  return at;
}

/** Gates before their activation become those after it; cells and outputs follow. */
function step(
  n: number,
  units: number,
  gates: number,
  cellsBefore: number,
  cells: number,
  squashed: number,
  outputs: number,
): void {
  const { values } = workspace;
  for (let row = 0; row < n; row++) {
    const gate = gates + 4 * row * units;
    const at = row * units;
    for (let p = 0; p < units; p++) {
      const i = 1 / (1 + Math.exp(-values[gate + p]));
      const f = 1 / (1 + Math.exp(-values[gate + units + p]));
      const g = tanh(values[gate + 2 * units + p]);
      const o = 1 / (1 + Math.exp(-values[gate + 3 * units + p]));
      const cell = f * values[cellsBefore + at + p] + i * g;
      const bent = tanh(cell);
      values[gate + p] = i;
      values[gate + units + p] = f;
      values[gate + 2 * units + p] = g;
      values[gate + 3 * units + p] = o;
      values[cells + at + p] = cell;
      values[squashed + at + p] = bent;
      values[outputs + at + p] = o * bent;
    }
  }
}

/** Activated gates become slopes before their activation; `carried` is the slope of the cells, from later steps and for earlier. */
function stepBack(
  n: number,
  units: number,
  gates: number,
  cellsBefore: number,
  squashed: number,
  outward: number,
  carried: number,
): void {
  const { values } = workspace;
  for (let row = 0; row < n; row++) {
    const gate = gates + 4 * row * units;
    const at = row * units;
    for (let p = 0; p < units; p++) {
      const i = values[gate + p];
      const f = values[gate + units + p];
      const g = values[gate + 2 * units + p];
      const o = values[gate + 3 * units + p];
      const bent = values[squashed + at + p];
      const slope = values[outward + at + p];
      const ofCell = values[carried + at + p] + slope * o * (1 - bent * bent);
      const before = cellsBefore < 0 ? 0 : values[cellsBefore + at + p];
      values[gate + p] = ofCell * g * i * (1 - i);
      values[gate + units + p] = ofCell * before * f * (1 - f);
      values[gate + 2 * units + p] = ofCell * i * (1 - g * g);
      values[gate + 3 * units + p] = slope * bent * o * (1 - o);
      values[carried + at + p] = ofCell * f;
    }
  }
}

/** Math.tanh takes three times as long; its last bits are beyond float32. */
const tanh = (x: number): number => 1 - 2 / (1 + Math.exp(2 * x));
