/**
 * Eigenvalues of a symmetric matrix: Householder's reflections make it tridiagonal, implicit shifts of QL then make it
 * diagonal (Wilkinson and Reinsch 1971, tred1 and tql1). Errors are of the order of the greatest value's last bit.
 */

/** Shifts for one eigenvalue; two to three are usual. */
const MOST_SHIFTS = 50;

/**
 * @param matrix row-major [n, n], all finite; its lower half is read
 * @returns the eigenvalues, rising
 */
export function symmetricEigenvalues(matrix: Float64Array, n: number): Float64Array {
  const { diagonal, beside } = tridiagonal(Float64Array.from(matrix), n);
  for (let l = 0; l < n; l++) settle(diagonal, beside, l);
  return diagonal.sort();
}

/** The diagonal, and the entries beside it: that between i − 1 and i at i. Overwrites the matrix. */
function tridiagonal(a: Float64Array, n: number): { diagonal: Float64Array; beside: Float64Array } {
  const diagonal = new Float64Array(n);
  // One more than there are, always 0.
  const beside = new Float64Array(n + 1);
  for (let i = n - 1; i > 0; i--) {
    const row = a.subarray(i * n, i * n + i);
    let norm = 0;
    for (const x of row) norm = Math.hypot(norm, x);
    diagonal[i] = a[i * n + i];
    if (norm === 0) continue;
    const last = row[i - 1];
    const image = last > 0 ? -norm : norm;
    beside[i] = image;
    // The reflection I − u uᵀ / h takes the row to (0, …, 0, image).
    const h = norm * norm - last * image;
    row[i - 1] = last - image;
    reflect(a, n, row, h);
  }
  diagonal[0] = a[0];
  return { diagonal, beside };
}

/** The leading block as the reflection on both sides leaves it: A − u qᵀ − q uᵀ, with p = A u / h and q = p − u (uᵀ p) / 2h. */
function reflect(a: Float64Array, n: number, u: Float64Array, h: number): void {
  const size = u.length;
  const q = new Float64Array(size);
  let up = 0;
  for (let j = 0; j < size; j++) {
    let sum = 0;
    for (let k = 0; k <= j; k++) sum += a[j * n + k] * u[k];
    for (let k = j + 1; k < size; k++) sum += a[k * n + j] * u[k];
    q[j] = sum / h;
    up += q[j] * u[j];
  }
  for (let j = 0; j < size; j++) q[j] -= (up / (2 * h)) * u[j];
  for (let j = 0; j < size; j++) {
    for (let k = 0; k <= j; k++) a[j * n + k] -= u[j] * q[k] + q[j] * u[k];
  }
}

/** Shifts until the entry beside place `l` is gone, and what stands there is an eigenvalue. */
function settle(diagonal: Float64Array, beside: Float64Array, l: number): void {
  const n = diagonal.length;
  for (let shifts = 0; shifts < MOST_SHIFTS; shifts++) {
    let m = l;
    while (m < n - 1) {
      const size = Math.abs(diagonal[m]) + Math.abs(diagonal[m + 1]);
      if (Math.abs(beside[m + 1]) <= Number.EPSILON * size) break;
      m++;
    }
    if (m === l) return;
    let g = (diagonal[l + 1] - diagonal[l]) / (2 * beside[l + 1]);
    const r = Math.hypot(g, 1);
    g = diagonal[m] - diagonal[l] + beside[l + 1] / (g + (g < 0 ? -r : r));
    let [sine, cosine, moved] = [1, 1, 0];
    let i = m - 1;
    for (; i >= l; i--) {
      const f = sine * beside[i + 1];
      const b = cosine * beside[i + 1];
      const length = Math.hypot(f, g);
      beside[i + 2] = length;
      if (length === 0) {
        diagonal[i + 1] -= moved;
        break;
      }
      sine = f / length;
      cosine = g / length;
      g = diagonal[i + 1] - moved;
      const t = (diagonal[i] - g) * sine + 2 * cosine * b;
      moved = sine * t;
      diagonal[i + 1] = g + moved;
      g = cosine * t - b;
    }
    if (i < l) {
      diagonal[l] -= moved;
      beside[l + 1] = g;
    }
    beside[m + 1] = 0;
  }
  throw new RangeError("symmetricEigenvalues: expected finite numbers; no eigenvalue came of 50 shifts");
}
