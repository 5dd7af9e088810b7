// See mix_kernels.h and kernel_types.h.
#include "mix_kernels.h"

#include <algorithm>

namespace netspace {
namespace {

// Elements that a pass over all maps works on at once: the sum, or its gradient, stays in the nearest cache meanwhile.
constexpr int64_t kBlock = 2048;

VECTORISED void scaled(const float* __restrict x, float weight, float* __restrict y, int64_t n) {
  for (int64_t j = 0; j < n; ++j) y[j] = weight * x[j];
}
VECTORISED void addScaled(const float* __restrict x, float weight, float* __restrict y, int64_t n) {
  for (int64_t j = 0; j < n; ++j) y[j] += weight * x[j];
}
VECTORISED void scaledBy(const float* __restrict x, const float* __restrict by, const float* __restrict plus,
                         float* __restrict y, int64_t n) {
  for (int64_t j = 0; j < n; ++j) y[j] = x[j] * by[j] + plus[j];
}
VECTORISED void addScaledBy(const float* __restrict x, const float* __restrict by, float* __restrict y, int64_t n) {
  for (int64_t j = 0; j < n; ++j) y[j] += x[j] * by[j];
}
// Products of floats are exact in double, and so all but are their sums.
VECTORISED double dot(const float* __restrict a, const float* __restrict b, int64_t n) {
  constexpr int64_t kLanes = 16;
  double lanes[kLanes] = {};
  int64_t j = 0;
  for (; j + kLanes <= n; j += kLanes) {
    for (int64_t lane = 0; lane < kLanes; ++lane)
      lanes[lane] += static_cast<double>(a[j + lane]) * static_cast<double>(b[j + lane]);
  }
  double sum = 0;
  for (; j < n; ++j) sum += static_cast<double>(a[j]) * static_cast<double>(b[j]);
  for (const double lane : lanes) sum += lane;
  return sum;
}

}  // namespace

void weightedSum(const float* const* maps, const float* weights, int64_t count, float* to, int64_t begin, int64_t end) {
  for (int64_t at = begin; at < end; at += kBlock) {
    const int64_t n = std::min(kBlock, end - at);
    scaled(maps[0] + at, weights[0], to + at, n);
    for (int64_t k = 1; k < count; ++k) addScaled(maps[k] + at, weights[k], to + at, n);
  }
}

void scaledSum(const float* const* maps, const float* const* scales, const float* shift, int64_t period, int64_t count,
               float* to, int64_t begin, int64_t end) {
  for (int64_t at = begin; at < end; at += period) {
    const int64_t n = std::min(period, end - at);
    scaledBy(maps[0] + at, scales[0], shift, to + at, n);
    for (int64_t k = 1; k < count; ++k) addScaledBy(maps[k] + at, scales[k], to + at, n);
  }
}

void weightedSumGradient(const float* dy, const float* const* maps, const float* weights, int64_t count, float* const* to,
                         const bool* adds, double* dots, int64_t begin, int64_t end) {
  for (int64_t at = begin; at < end; at += kBlock) {
    const int64_t n = std::min(kBlock, end - at);
    for (int64_t k = 0; k < count; ++k) {
      if (dots) dots[k] += dot(dy + at, maps[k] + at, n);
      if (!to[k]) continue;
      if (adds[k]) addScaled(dy + at, weights[k], to[k] + at, n);
      else scaled(dy + at, weights[k], to[k] + at, n);
    }
  }
}

}  // namespace netspace
