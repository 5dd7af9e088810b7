/**
 * Loops over many doubles, in AssemblyScript: sorting and orders by radix, least squares, resampling. `node scripts/wasm.mjs` compiles
 * them into `src/base/numbers/module.ts`. Addresses and strides are in bytes; whoever calls lays the memory out.
 */

const SIGN: u64 = 0x8000000000000000;
/** A digit has 11 bits; three of them make a window of 33. */
const DIGIT: u64 = 11;
const MASK: u64 = 2047;
const COUNTERS: usize = 2048 * 4;

/** A double's bits as an integer that rises as the double does, −0 and 0 the same. */
function keyOf(value: f64): u64 {
  const bits = reinterpret<u64>(value + 0.0);
  return bits ^ (<u64>(<i64>bits >> 63) | SIGN);
}

function ofKey(key: u64): u64 {
  return key ^ (<u64>~(<i64>key >> 63) | SIGN);
}

function count(counters: usize, digit: u64): void {
  const at = counters + ((<usize>(digit & MASK)) << 2);
  store<u32>(at, load<u32>(at) + 1);
}

function addUp(counters: usize): void {
  let sum: u32 = 0;
  for (let at = counters; at < counters + COUNTERS; at += 4) {
    const here = load<u32>(at);
    store<u32>(at, sum);
    sum += here;
  }
}

function scatter(from: usize, to: usize, n: i32, shift: u64, counters: usize): void {
  const end = from + ((<usize>n) << 3);
  for (let at = from; at < end; at += 8) {
    const key = load<u64>(at);
    const place = counters + ((<usize>((key >> shift) & MASK)) << 2);
    const index = load<u32>(place);
    store<u32>(place, index + 1);
    store<u64>(to + ((<usize>index) << 3), key);
  }
}

/** Sorts by 33 bits from `shift` on, stably, from `a` to `b`. */
function byWindow(a: usize, b: usize, n: i32, shift: u64, counters: usize): void {
  const second = counters + COUNTERS;
  const third = second + COUNTERS;
  memory.fill(counters, 0, 3 * COUNTERS);
  const end = a + ((<usize>n) << 3);
  for (let at = a; at < end; at += 8) {
    const key = load<u64>(at) >> shift;
    count(counters, key);
    count(second, key >> DIGIT);
    count(third, key >> (2 * DIGIT));
  }
  addUp(counters);
  addUp(second);
  addUp(third);
  scatter(a, b, n, shift, counters);
  scatter(b, a, n, shift + DIGIT, second);
  scatter(a, b, n, shift + 2 * DIGIT, third);
}

function windowOf(differ: u64): u64 {
  return <u64>max<i64>(0, 31 - <i64>clz(differ));
}

/**
 * Sorts n doubles at `a`; they end at `b`. The 33 highest bits of those that differ put nearly all in place, and insertion the rest; where
 * that would take long, the lower bits come first.
 *
 * @param counters 3 × 8,192 bytes
 */
export function sort(a: usize, b: usize, n: i32, counters: usize): void {
  const bytes = (<usize>n) << 3;
  const first = keyOf(load<f64>(a));
  let differ: u64 = 0;
  for (let at = a; at < a + bytes; at += 8) {
    const key = keyOf(load<f64>(at));
    store<u64>(at, key);
    differ |= key ^ first;
  }
  const shift = windowOf(differ);
  byWindow(a, b, n, shift, counters);
  if (shift > 0 && !inserted(b, n)) {
    byWindow(b, a, n, 0, counters);
    byWindow(a, b, n, 31, counters);
  }
  for (let at = b; at < b + bytes; at += 8) store<u64>(at, ofKey(load<u64>(at)));
}

/** Whether insertion sorted them in few steps. */
function inserted(from: usize, n: i32): bool {
  let left = 4 * n;
  const end = from + ((<usize>n) << 3);
  let before = load<u64>(from);
  for (let at = from + 8; at < end; at += 8) {
    const key = load<u64>(at);
    if (before <= key) {
      before = key;
      continue;
    }
    let to = at;
    do {
      store<u64>(to, before);
      to -= 8;
      left--;
      if (to == from) break;
      before = load<u64>(to - 8);
    } while (before > key);
    store<u64>(to, key);
    before = load<u64>(at);
    if (left < 0) return false;
  }
  return true;
}

/**
 * The order of n doubles at `from`: indices as u32 in the lower halves of the words at `b`, equal doubles in theirs; the doubles in that
 * order at `a`. A window of 32 bits is sorted with the index beside it, in one word.
 */
export function order(from: usize, a: usize, b: usize, n: i32, counters: usize): void {
  const end = from + ((<usize>n) << 3);
  const first = keyOf(load<f64>(from));
  let differ: u64 = 0;
  for (let at = from; at < end; at += 8) differ |= keyOf(load<f64>(at)) ^ first;
  const shift = <u64>max<i64>(0, 32 - <i64>clz(differ));
  for (let i = 0; i < n; i++) {
    const key = keyOf(load<f64>(from + ((<usize>i) << 3)));
    store<u64>(a + ((<usize>i) << 3), ((key >> shift) << 32) | <u64>i);
  }
  byWindow(a, b, n, 32, counters);
  gather(from, a, b, n);
  if (shift == 0 || insertedBoth(a, b, n)) return;
  // By the lower 32 bits, and then by the upper ones.
  for (let i = 0; i < n; i++) {
    store<u64>(a + ((<usize>i) << 3), (keyOf(load<f64>(from + ((<usize>i) << 3))) << 32) | <u64>i);
  }
  byWindow(a, b, n, 32, counters);
  for (let i = 0; i < n; i++) {
    const index = load<u32>(b + ((<usize>i) << 3));
    const key = keyOf(load<f64>(from + ((<usize>index) << 3)));
    store<u64>(a + ((<usize>i) << 3), (key & 0xffffffff00000000) | <u64>index);
  }
  byWindow(a, b, n, 32, counters);
  gather(from, a, b, n);
}

/** Puts the doubles in the order at `b` to `a`. */
function gather(from: usize, a: usize, b: usize, n: i32): void {
  const bytes = (<usize>n) << 3;
  for (let at: usize = 0; at < bytes; at += 8) {
    store<f64>(a + at, load<f64>(from + ((<usize>load<u32>(b + at)) << 3)));
  }
}

/** As `inserted`, of doubles at `a` with words at `b` that move along. */
function insertedBoth(a: usize, b: usize, n: i32): bool {
  let left = 4 * n;
  const bytes = (<usize>n) << 3;
  let before = keyOf(load<f64>(a));
  for (let at: usize = 8; at < bytes; at += 8) {
    const value = load<f64>(a + at);
    const key = keyOf(value);
    if (before <= key) {
      before = key;
      continue;
    }
    const word = load<u64>(b + at);
    const last = before;
    let to = at;
    do {
      store<f64>(a + to, load<f64>(a + to - 8));
      store<u64>(b + to, load<u64>(b + to - 8));
      to -= 8;
      left--;
      if (to == 0) break;
      before = keyOf(load<f64>(a + to - 8));
    } while (before > key);
    store<f64>(a + to, value);
    store<u64>(b + to, word);
    before = last;
    if (left < 0) return false;
  }
  return true;
}

/**
 * A Householder reflection of each of `k` columns in turn over the rows of one block, below a triangle that those before made: the
 * triangle of both together is left in `r`, whose columns are `k` doubles apart. `rows` is even; columns of the block lie `stride` apart.
 */
export function triangle(r: usize, k: i32, block: usize, rows: i32, stride: usize): void {
  const bytes = (<usize>rows) << 3;
  const step = (<usize>k) << 3;
  for (let j = 0; j < k; j++) {
    const v = block + <usize>j * stride;
    const end = v + bytes;
    let s0 = f64x2.splat(0);
    let s1 = f64x2.splat(0);
    for (let at = v; at < end; at += 32) {
      const x = v128.load(at);
      const y = v128.load(at, 16);
      s0 = f64x2.add(s0, f64x2.mul(x, x));
      s1 = f64x2.add(s1, f64x2.mul(y, y));
    }
    s0 = f64x2.add(s0, s1);
    const below = f64x2.extract_lane(s0, 0) + f64x2.extract_lane(s0, 1);
    if (below == 0) continue;
    const diagonal = r + <usize>j * step + ((<usize>j) << 3);
    const alpha = load<f64>(diagonal);
    const beta = -copysign(sqrt(alpha * alpha + below), alpha);
    // The reflector is v = (1, x / (alpha − beta)), H = 1 − tau v vᵀ; the 1 is left out, x not scaled: tau / (alpha − beta)² goes with it.
    const head = alpha - beta;
    const scale = -1 / (beta * head);
    store<f64>(diagonal, beta);
    let c = j + 1;
    for (; c + 3 < k; c += 4) {
      const b0 = block + <usize>c * stride;
      const b1 = b0 + stride;
      const b2 = b1 + stride;
      const b3 = b2 + stride;
      let d0 = f64x2.splat(0);
      let d1 = f64x2.splat(0);
      let d2 = f64x2.splat(0);
      let d3 = f64x2.splat(0);
      let e0 = f64x2.splat(0);
      let e1 = f64x2.splat(0);
      let e2 = f64x2.splat(0);
      let e3 = f64x2.splat(0);
      for (let o: usize = 0; o < bytes; o += 32) {
        const x = v128.load(v + o);
        const y = v128.load(v + o, 16);
        d0 = f64x2.add(d0, f64x2.mul(x, v128.load(b0 + o)));
        d1 = f64x2.add(d1, f64x2.mul(x, v128.load(b1 + o)));
        d2 = f64x2.add(d2, f64x2.mul(x, v128.load(b2 + o)));
        d3 = f64x2.add(d3, f64x2.mul(x, v128.load(b3 + o)));
        e0 = f64x2.add(e0, f64x2.mul(y, v128.load(b0 + o, 16)));
        e1 = f64x2.add(e1, f64x2.mul(y, v128.load(b1 + o, 16)));
        e2 = f64x2.add(e2, f64x2.mul(y, v128.load(b2 + o, 16)));
        e3 = f64x2.add(e3, f64x2.mul(y, v128.load(b3 + o, 16)));
      }
      const t0 = f64x2.splat(share(r + <usize>c * step + ((<usize>j) << 3), head, scale, f64x2.add(d0, e0)));
      const t1 = f64x2.splat(
        share(r + <usize>(c + 1) * step + ((<usize>j) << 3), head, scale, f64x2.add(d1, e1)),
      );
      const t2 = f64x2.splat(
        share(r + <usize>(c + 2) * step + ((<usize>j) << 3), head, scale, f64x2.add(d2, e2)),
      );
      const t3 = f64x2.splat(
        share(r + <usize>(c + 3) * step + ((<usize>j) << 3), head, scale, f64x2.add(d3, e3)),
      );
      for (let o: usize = 0; o < bytes; o += 16) {
        const x = v128.load(v + o);
        v128.store(b0 + o, f64x2.sub(v128.load(b0 + o), f64x2.mul(t0, x)));
        v128.store(b1 + o, f64x2.sub(v128.load(b1 + o), f64x2.mul(t1, x)));
        v128.store(b2 + o, f64x2.sub(v128.load(b2 + o), f64x2.mul(t2, x)));
        v128.store(b3 + o, f64x2.sub(v128.load(b3 + o), f64x2.mul(t3, x)));
      }
    }
    for (; c < k; c++) {
      const b0 = block + <usize>c * stride;
      let d0 = f64x2.splat(0);
      let e0 = f64x2.splat(0);
      for (let o: usize = 0; o < bytes; o += 32) {
        d0 = f64x2.add(d0, f64x2.mul(v128.load(v + o), v128.load(b0 + o)));
        e0 = f64x2.add(e0, f64x2.mul(v128.load(v + o, 16), v128.load(b0 + o, 16)));
      }
      const t0 = f64x2.splat(share(r + <usize>c * step + ((<usize>j) << 3), head, scale, f64x2.add(d0, e0)));
      for (let o: usize = 0; o < bytes; o += 16) {
        v128.store(b0 + o, f64x2.sub(v128.load(b0 + o), f64x2.mul(t0, v128.load(v + o))));
      }
    }
  }
}

/** Reflects the triangle's own element of a column, and says how much of the reflector the block's part loses. */
function share(at: usize, head: f64, scale: f64, sums: v128): f64 {
  const own = load<f64>(at);
  const dot = head * own + f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1);
  const part = scale * dot;
  store<f64>(at, own - part * head);
  return part;
}

/**
 * Pairs i < j of n ranks at `a` (each of 0 … n − 1 once, as u32) of which the first is the greater. Ranks are parted by their bits, the
 * highest first, and each that goes to the lower part has as many such pairs in its block as have gone to the upper one before it.
 */
export function inversions(a: usize, b: usize, n: i32): f64 {
  let pairs: u64 = 0;
  let from = a;
  let to = b;
  for (let k = 31 - clz(n); k >= 0; k--) {
    const half = 1 << k;
    for (let low = 0; low < n; low += 2 * half) {
      const high = min(low + 2 * half, n);
      const middle = min(low + half, n);
      let lower = to + ((<usize>low) << 2);
      let upper = to + ((<usize>middle) << 2);
      const first = upper;
      for (let at = from + ((<usize>low) << 2); at < from + ((<usize>high) << 2); at += 4) {
        const rank = load<u32>(at);
        const bit = (rank >> k) & 1;
        store<u32>(bit ? upper : lower, rank);
        pairs += <u64>((upper - first) & (bit - 1));
        upper += bit << 2;
        lower += (bit ^ 1) << 2;
      }
    }
    const other = from;
    from = to;
    to = other;
  }
  return <f64>(pairs >> 2);
}

/**
 * Of n doubles at `from`, a multiple of 32, those from `low` to `high`, a bit each, into words of 32 at `to`: what was 0 there stays 0.
 */
export function between(from: usize, n: i32, low: f64, high: f64, to: usize): void {
  const least = f64x2.splat(low);
  const most = f64x2.splat(high);
  for (let first = 0; first < n; first += 32) {
    let word: u32 = 0;
    for (let k = 0; k < 32; k += 2) {
      const pair = v128.load(from + ((<usize>(first + k)) << 3));
      const inside = v128.and(f64x2.ge(pair, least), f64x2.le(pair, most));
      word |= (<u32>i64x2.bitmask(inside)) << k;
    }
    const at = to + (<usize>first >> 3);
    store<u32>(at, load<u32>(at) & word);
  }
}

/**
 * Means of resamples of n doubles at `from`, and of m at `others` if m is not 0, of which the second mean is taken from the first. Drawn
 * with replacement by xoroshiro128+ as pure-rand draws, 32 bits at a time, the lower half of the sum; its two words lie at `state`.
 */
export function resampledMeans(
  from: usize,
  n: i32,
  others: usize,
  m: i32,
  repeats: i32,
  state: usize,
  to: usize,
): void {
  let s0 = load<u64>(state);
  let s1 = load<u64>(state, 8);
  for (let repeat = 0; repeat < repeats; repeat++) {
    let mean: f64 = 0;
    for (let sample = 0; sample < 2; sample++) {
      const values = sample == 0 ? from : others;
      const size = sample == 0 ? n : m;
      if (size == 0) break;
      let sum: f64 = 0;
      for (let i = 0; i < size; i++) {
        const bits = (s0 + s1) & 0xffffffff;
        s1 ^= s0;
        s0 = rotl(s0, 24) ^ s1 ^ (s1 << 16);
        s1 = rotl(s1, 37);
        sum += load<f64>(values + ((<usize>((bits * <u64>size) >> 32)) << 3));
      }
      mean = sample == 0 ? sum / <f64>size : mean - sum / <f64>size;
    }
    store<f64>(to + ((<usize>repeat) << 3), mean);
  }
  store<u64>(state, s0);
  store<u64>(state, s1, 8);
}
