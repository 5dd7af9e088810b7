/** Systems of equations with a symmetric positive definite matrix, by Cholesky's decomposition: M = L Lᵀ. */

/**
 * L, row after row, over the lower half of M, in place; the upper half is left as it was.
 *
 * @param m n × n
 * @returns whether M is positive definite; where not, it is spoilt
 */
export function decompose(m: Float64Array, n: number): boolean {
  for (let i = 0; i < n; i++) {
    const row = i * n;
    for (let j = 0; j < i; j++) {
      const other = j * n;
      let sum = m[row + j];
      for (let k = 0; k < j; k++) sum -= m[row + k] * m[other + k];
      m[row + j] = sum / m[other + j];
    }
    let pivot = m[row + i];
    for (let k = 0; k < i; k++) pivot -= m[row + k] ** 2;
    if (!(pivot > 0)) return false;
    m[row + i] = Math.sqrt(pivot);
  }
  return true;
}

/** L⁻¹ b, in place. */
export function solveLower(l: Float64Array, n: number, b: Float64Array): void {
  for (let i = 0; i < n; i++) {
    let sum = b[i];
    for (let k = 0; k < i; k++) sum -= l[i * n + k] * b[k];
    b[i] = sum / l[i * n + i];
  }
}

/** L⁻ᵀ b, in place. */
export function solveUpper(l: Float64Array, n: number, b: Float64Array): void {
  for (let i = n - 1; i >= 0; i--) {
    b[i] /= l[i * n + i];
    for (let k = 0; k < i; k++) b[k] -= l[i * n + k] * b[i];
  }
}
