/** The formulas of measures without training, on numbers of which NumPy says what they give. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  activationKernel,
  gradientNorm,
  jacobianCovariance,
  saliency,
} from "../../../src/search/objectives/zero-cost/formulas.js";
import { symmetricEigenvalues } from "../../../src/search/objectives/zero-cost/symmetric.js";
import { randomStream } from "../../support/networks.js";

const near = (actual: number, expected: number, within = 1e-12) =>
  assert.ok(
    Math.abs(actual - expected) <= within * Math.max(1, Math.abs(expected)),
    `${actual}, not ${expected}`,
  );

test("eigenvalues are those that LAPACK gives", () => {
  // numpy.linalg.eigvalsh of the Hilbert matrix of 6.
  const n = 6;
  const hilbert = Float64Array.from({ length: n * n }, (_, i) => 1 / (Math.floor(i / n) + (i % n) + 1));
  const expected = [1.08279948e-7, 1.25707571e-5, 6.15748354e-4, 1.63215213e-2, 2.42360871e-1, 1.61889986];
  for (const [i, value] of symmetricEigenvalues(hilbert, n).entries()) near(value, expected[i], 1e-8);
  // numpy.linalg.eigvalsh(A) of A[i, j] = (7i + 7j + ij) % 11 − 5 + (i² + j²) % 5: of rank far below 40.
  const whole = Float64Array.from({ length: 1600 }, (_, at) => {
    const [i, j] = [Math.floor(at / 40), at % 40];
    return ((i * 7 + j * 7 + i * j) % 11) - 5 + ((i * i + j * j) % 5);
  });
  const kept = whole.slice();
  const values = symmetricEigenvalues(whole, 40);
  near(values[0], -46.104231158102834);
  near(values[1], -42.4333037735915);
  near(values[39], 80.54009961015353);
  near(values[20], 0);
  assert.deepEqual(whole, kept, "the matrix is left alone");
});

test("eigenvalues of any size: their sum is the trace, that of their squares the matrix's", () => {
  const random = randomStream(3);
  for (const n of [1, 2, 3, 17, 64]) {
    const matrix = new Float64Array(n * n);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j <= i; j++) {
        // Blocks that nothing connects, and values that are 0.
        matrix[i * n + j] = (i + j) % 3 === 0 ? 0 : random() - 0.5;
        matrix[j * n + i] = matrix[i * n + j];
      }
    }
    const values = symmetricEigenvalues(matrix, n);
    const trace = Array.from({ length: n }, (_, i) => matrix[i * n + i]).reduce((a, b) => a + b, 0);
    near(
      values.reduce((a, b) => a + b, 0),
      trace,
    );
    near(
      values.reduce((a, b) => a + b * b, 0),
      matrix.reduce((a, b) => a + b * b, 0),
    );
    assert.deepEqual(
      [...values],
      [...values].sort((a, b) => a - b),
    );
  }
  assert.deepEqual([...symmetricEigenvalues(new Float64Array(9), 3)], [0, 0, 0]);
});

test("gradient norm and saliency are sums over the weights", () => {
  assert.equal(gradientNorm([Float32Array.from([3, 4]), Float32Array.from([-2])]), 7);
  assert.equal(saliency([[Float32Array.from([1, -2]), Float32Array.from([-3, 4])]]), 11);
});

test("Jacobian covariance is that of NumPy's corrcoef", () => {
  // c = numpy.corrcoef(J); v = numpy.linalg.eigvalsh(c); −sum(log(v + 1e-5) + 1 / (v + 1e-5))
  const jacobian = Float64Array.from([1, 2, 3, 5, 2, 1, 0, 1, -1, 0, 4, 2]);
  near(jacobianCovariance(jacobian, 3).value, -16.785265023256173, 1e-11);
  assert.equal(jacobianCovariance(jacobian, 3).note, undefined);
});

test("images whose gradients do not vary are all alike, which is the least value", () => {
  const flat = jacobianCovariance(new Float32Array(12), 3);
  // Correlations of 1 throughout: eigenvalues 3, 0, 0.
  near(flat.value, -(Math.log(3 + 1e-5) + 1 / (3 + 1e-5) + 2 * (Math.log(1e-5) + 1e5)), 1e-9);
  assert.match(flat.note!, /gradients of 3 of 3 images are the same at every pixel/);
  const [one, other] = [Float64Array.from([1, 2, 4, 4, 4, 4]), Float64Array.from([1, 2, 4, 3, 1, 2])];
  assert.ok(jacobianCovariance(one, 2).value > flat.value);
  assert.match(jacobianCovariance(one, 2).note!, /of 1 of 2 images/);
  assert.equal(jacobianCovariance(other, 2).note, undefined);
  assert.match(jacobianCovariance(Float64Array.from([1, Number.NaN, 0, 1]), 2).note!, /not finite/);
});

test("NASWOT is the logarithm of the determinant of how many units answer alike", () => {
  // K = c cᵀ + (1 − c)(1 − c)ᵀ = 4 I + 3; numpy.linalg.slogdet(K)
  const codes = [
    [1, 0, 1, 1, 0, 0, 1],
    [0, 1, 1, 0, 1, 0, 1],
    [1, 1, 1, 1, 1, 1, 0],
  ];
  // In two maps; what is not above 0 is 0 or below.
  const first = Float32Array.from(codes.flatMap(code => code.slice(0, 3).map(bit => bit * 2.5)));
  const second = Float32Array.from(codes.flatMap(code => code.slice(3).map(bit => (bit === 1 ? 1e-30 : -1))));
  near(activationKernel([first, second], 3).value, 5.337538079701318);
});

test("NASWOT of many units: more than 32, and not a multiple", () => {
  const random = randomStream(9);
  const [n, units] = [5, 77];
  const map = Float32Array.from({ length: n * units }, () => random() - 0.5);
  const kernel = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      for (let u = 0; u < units; u++) {
        if (map[i * units + u] > 0 === map[j * units + u] > 0) kernel[i * n + j]++;
      }
    }
  }
  const expected = symmetricEigenvalues(kernel, n).reduce((sum, value) => sum + Math.log(value), 0);
  near(activationKernel([map], n).value, expected);
});

test("NASWOT of two images with the same code is −∞, and of none a note", () => {
  const { value, note } = activationKernel([Float32Array.from([1, 0, 1, 0, 0, 1])], 3);
  assert.equal(value, -Infinity);
  assert.match(note!, /det K = 0/);
  assert.match(activationKernel([], 3).note!, /no ReLU/);
  assert.ok(Number.isNaN(activationKernel([], 3).value));
});
