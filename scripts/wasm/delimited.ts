/**
 * Cutting lines of text with delimiters into numbers and texts, in AssemblyScript: `node scripts/wasm.mjs` compiles it into
 * `src/tables/files/delimited/module.ts`. Addresses are in bytes; whoever calls lays the memory out.
 *
 * What it does is plain: fields without quotes, lines that end with LF or CR LF, numbers of digits and a point. It says where something
 * else lies, and leaves it to the caller.
 */

// Words of 64 bits are integers here, which the linter takes for numbers of JavaScript.
/* oxlint-disable no-loss-of-precision */

const QUOTE: u32 = 34;
const LINE_FEED: u32 = 10;
const RETURN: u32 = 13;
const PLUS: u32 = 43;
const MINUS: u32 = 45;
const POINT: u32 = 46;
const ZERO: u32 = 48;

/** What a column is cut to: doubles; numbers of texts that are known; texts by where they lie. */
const NUMBER: u32 = 0;
const CODED: u32 = 1;

/** How a call ended: at the end, at the room for rows or for odd fields, at what is not plain, or at more texts than there is room for. */
const DONE: i32 = 0;
const FULL: i32 = 1;
const OTHER: i32 = 2;
const MANY: i32 = 3;

/** Texts of a column that are known by a number, at most, and slots to find them by. */
const TEXTS: u32 = 16384;
const SLOTS: u32 = 65536;
/** A column's texts: slots of u32, then places of texts (u32 each, their ends), then their bytes. */
const PLACES: usize = 4 * SLOTS;
const BYTES: usize = PLACES + 4 * (TEXTS + 1);
const ARENA: usize = 1 << 19;

/**
 * Cuts lines from `from` to `to`, the byte before which is an LF, and 16 bytes behind which may be read.
 *
 * @param most rows, and fields that are no plain number, at most
 * @param kinds a byte a column
 * @param columns an address a column of `most` values of 8 bytes, 2 where they are coded
 * @param dictionaries an address a column
 * @param powers doubles 10⁰ … 10¹⁵, then for q = 1 … 27 two words each, the upper first, of 10⁻q as `nearest` needs them
 * @param odd column, row, start and end of fields that are no plain number, u32 each
 * @param said takes rows, where the next begins, odd fields, and the column of too many texts
 */
export function cut(
  from: usize,
  to: usize,
  delimiter: u32,
  width: u32,
  most: u32,
  kinds: usize,
  columns: usize,
  dictionaries: usize,
  powers: usize,
  odd: usize,
  said: usize,
): i32 {
  let at = from;
  let row: u32 = 0;
  let odds: u32 = 0;
  let status: i32 = DONE;
  let next = from;
  while (at < to) {
    const begin = load<u8>(at) as u32;
    if (begin == LINE_FEED || (begin == RETURN && (load<u8>(at, 1) as u32) == LINE_FEED)) {
      at += begin == LINE_FEED ? 1 : 2;
      next = at;
      continue;
    }
    if (row == most || odds + width > most) {
      status = FULL;
      break;
    }
    for (let k: u32 = 0; k < width; k++) {
      const start = at;
      const kind = load<u8>(kinds + k) as u32;
      const values = load<u32>(columns + ((<usize>k) << 2)) as usize;
      let isNumber = false;
      if (kind == NUMBER) {
        const sign = load<u8>(at) as u32;
        if (sign == MINUS || sign == PLUS) at++;
        const first = at;
        let word: u64 = 0;
        let digit = (load<u8>(at) as u32) - ZERO;
        while (digit < 10) {
          word = word * 10 + digit;
          digit = (load<u8>(++at) as u32) - ZERO;
        }
        const whole = <u32>(at - first);
        let fraction: u32 = 0;
        if ((load<u8>(at) as u32) == POINT) {
          const point = ++at;
          let eight = load<u64>(at);
          // Eight digits at a time.
          while (isEight(eight)) {
            word = word * 100000000 + eightOf(eight);
            at += 8;
            eight = load<u64>(at);
          }
          digit = (load<u8>(at) as u32) - ZERO;
          while (digit < 10) {
            word = word * 10 + digit;
            digit = (load<u8>(++at) as u32) - ZERO;
          }
          fraction = <u32>(at - point);
        }
        const end = load<u8>(at) as u32;
        const digits = whole + fraction;
        if (end == delimiter || end == LINE_FEED || end == RETURN) {
          const isPadded = whole > 1 && (load<u8>(first) as u32) == ZERO;
          if (digits > 0 && digits <= 15 && !isPadded) {
            const value = <f64>word / load<f64>(powers + ((<usize>fraction) << 3));
            store<f64>(values + ((<usize>row) << 3), sign == MINUS ? -value : value);
            isNumber = true;
          } else if (
            digits > 15 &&
            fraction <= 27 &&
            digits - zerosFrom(first) <= 19 &&
            whole > 0 &&
            whole <= 15 &&
            !isPadded &&
            sign != PLUS &&
            word != 0
          ) {
            const value = nearest(word, fraction, powers);
            store<f64>(values + ((<usize>row) << 3), sign == MINUS ? -value : value);
            isNumber = true;
          } else if (at == start) {
            store<f64>(values + ((<usize>row) << 3), NaN);
            isNumber = true;
          }
        }
      }
      if (!isNumber) {
        let byte = load<u8>(at) as u32;
        while (byte != delimiter && byte != LINE_FEED && byte != RETURN && byte != QUOTE)
          byte = load<u8>(++at) as u32;
        if (byte == QUOTE) {
          status = OTHER;
          break;
        }
        if (kind == NUMBER) {
          const place = odd + ((<usize>odds) << 4);
          store<u32>(place, k);
          store<u32>(place, row, 4);
          store<u32>(place, <u32>start, 8);
          store<u32>(place, <u32>at, 12);
          odds++;
        } else if (kind == CODED) {
          const code = codeOf(load<u32>(dictionaries + ((<usize>k) << 2)) as usize, start, at);
          if (code < 0) {
            store<u32>(said, k, 12);
            status = MANY;
            break;
          }
          store<u16>(values + ((<usize>row) << 1), <u16>code);
        } else {
          store<u32>(values + ((<usize>row) << 3), <u32>start);
          store<u32>(values + ((<usize>row) << 3), <u32>at, 4);
        }
      }
      const end = load<u8>(at) as u32;
      if (k + 1 < width) {
        if (end != delimiter) {
          status = OTHER;
          break;
        }
        at++;
      } else if (end == LINE_FEED) {
        at++;
      } else if (end == RETURN && (load<u8>(at, 1) as u32) == LINE_FEED) {
        at += 2;
      } else {
        status = OTHER;
        break;
      }
    }
    if (status != DONE) break;
    row++;
    next = at;
  }
  store<u32>(said, row);
  store<u32>(said, <u32>next, 4);
  store<u32>(said, odds, 8);
  return status;
}

/** Zeros at the beginning of digits with a point, which say nothing of them. */
function zerosFrom(first: usize): u32 {
  let zeros: u32 = 0;
  let byte = load<u8>(first) as u32;
  for (let at = first; byte == ZERO || byte == POINT; byte = load<u8>(++at) as u32) if (byte == ZERO) zeros++;
  return zeros;
}

/** Whether eight bytes are digits. */
function isEight(word: u64): bool {
  return (
    ((word & 0xf0f0f0f0f0f0f0f0) | (((word + 0x0606060606060606) & 0xf0f0f0f0f0f0f0f0) >> 4)) ==
    0x3333333333333333
  );
}

/** The number of eight digits, of which the first lies lowest: pairs, then fours, then all of them. */
function eightOf(word: u64): u64 {
  let sum = word - 0x3030303030303030;
  sum = sum * 10 + (sum >> 8);
  return (
    ((sum & 0x000000ff000000ff) * 0x000f424000000064 +
      ((sum >> 16) & 0x000000ff000000ff) * 0x0000271000000001) >>
    32
  );
}

let high: u64 = 0;
let low: u64 = 0;

/** The product of two words, 128 bits, in `high` and `low`. */
function multiply(a: u64, b: u64): void {
  const a0 = a & 0xffffffff;
  const a1 = a >> 32;
  const b0 = b & 0xffffffff;
  const b1 = b >> 32;
  const p00 = a0 * b0;
  const p01 = a0 * b1;
  const p10 = a1 * b0;
  const middle = (p00 >> 32) + (p01 & 0xffffffff) + (p10 & 0xffffffff);
  low = (middle << 32) | (p00 & 0xffffffff);
  high = a1 * b1 + (p01 >> 32) + (p10 >> 32) + (middle >> 32);
}

/**
 * The double nearest to w · 10⁻q, for w above 0 and q from 0 to 27, by D. Lemire's algorithm (Number parsing at a gigabyte per second, 2021,
 * section 5): for these powers the product of 128 bits decides.
 */
function nearest(w: u64, q: u32, powers: usize): f64 {
  if (q == 0) return <f64>w;
  const zeros = clz(w);
  const word = w << zeros;
  const power = powers + 128 + ((<usize>(q - 1)) << 4);
  multiply(word, load<u64>(power));
  if ((high & 0x1ff) == 0x1ff) {
    const upper = high;
    const lower = low;
    multiply(word, load<u64>(power, 8));
    const sum = lower + high;
    low = sum;
    high = sum < lower ? upper + 1 : upper;
  }
  const top = high >> 63;
  const shift = top + 9;
  let mantissa = high >> shift;
  let exponent = ((-(<i64>q) * 217706) >> 16) + 63 + <i64>top - <i64>zeros + 1023;
  // Half way between two doubles: to the even one.
  if (low <= 1 && q <= 4 && (mantissa & 3) == 1 && mantissa << shift == high) mantissa &= ~(<u64>1);
  mantissa += mantissa & 1;
  mantissa >>= 1;
  if (mantissa >= (<u64>1) << 53) {
    mantissa = (<u64>1) << 52;
    exponent++;
  }
  return reinterpret<f64>((mantissa & 0xfffffffffffff) | ((<u64>exponent) << 52));
}

/** The number of a text in a column's dictionary, in which it is put if it is new; −1 where there is no room. */
function codeOf(dictionary: usize, start: usize, end: usize): i32 {
  const length = <u32>(end - start);
  let hash: u64 = 0x9e3779b97f4a7c15;
  let at = start;
  for (; at + 8 <= end; at += 8) hash = ((hash ^ load<u64>(at)) * 0xff51afd7ed558ccd) ^ (hash >> 32);
  let rest: u64 = 0;
  if (at < end) rest = load<u64>(at) & (((<u64>1) << ((<u64>(end - at)) << 3)) - 1);
  hash = (hash ^ rest ^ length) * 0xff51afd7ed558ccd;
  let slot = <u32>(hash >> 48) & (SLOTS - 1);
  const places = dictionary + PLACES;
  const bytes = dictionary + BYTES;
  for (;;) {
    const known = load<u32>(dictionary + ((<usize>slot) << 2));
    if (known == 0) break;
    const place = places + ((<usize>(known - 1)) << 2);
    const from = load<u32>(place);
    if (load<u32>(place, 4) - from == length && isSame(bytes + from, start, length)) return <i32>(known - 1);
    slot = (slot + 1) & (SLOTS - 1);
  }
  // How many there are lies before the slots.
  const count = load<u32>(dictionary - 4);
  const from = load<u32>(places + ((<usize>count) << 2));
  if (count == TEXTS || from + length > <u32>ARENA) return -1;
  memory.copy(bytes + from, start, length);
  store<u32>(places + ((<usize>(count + 1)) << 2), from + length);
  store<u32>(dictionary + ((<usize>slot) << 2), count + 1);
  store<u32>(dictionary - 4, count + 1);
  return <i32>count;
}

/** Words of eight bytes may be read beyond both. */
function isSame(a: usize, b: usize, length: u32): bool {
  let left = length;
  while (left >= 8) {
    if (load<u64>(a) != load<u64>(b)) return false;
    a += 8;
    b += 8;
    left -= 8;
  }
  if (left == 0) return true;
  const mask = ((<u64>1) << ((<u64>left) << 3)) - 1;
  return (load<u64>(a) & mask) == (load<u64>(b) & mask);
}
