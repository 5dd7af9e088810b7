// Row kernels of batch normalisation fused with a residual sum and a ReLU, over channels-last memory.
//
// A feature map [N, C, H, W] in channels-last order is a matrix of N·H·W rows and C columns. Callers may fold
// several rows into one wider row (constants repeated), so that the inner loop fills whole vectors when C is
// small or no multiple of the vector width. T is float or Bf16; all arithmetic is float32.
#pragma once

#include "kernel_types.h"

namespace netspace {

// Σ (x − pivot) and Σ (x − pivot)² of each column. The pivot, a sample of the column, keeps the difference of
// squares from cancelling when a channel's mean is large beside its spread.
template <typename T>
void rowSums(const T* x, int64_t rows, int64_t width, const float* pivot, double* sum, double* squares);

// y = [max 0] (x · scale + shift [+ residual]).
template <typename T>
void rowApply(const T* x, const T* residual, T* y, int64_t rows, int64_t width, const float* scale,
              const float* shift, bool relu);

// Σ g and Σ g · (x − mean) of each column, where g is the gradient of y passed back through the ReLU.
// Without a residual the ReLU's mask is recomputed from x; with one it is read from y, and g is written to
// `masked` (which may be `dy`), since the residual's gradient is g itself.
template <typename T>
void rowGradientSums(const T* x, const T* y, const T* dy, T* masked, int64_t rows, int64_t width,
                     const float* scale, const float* shift, const float* mean, bool relu, double* sum,
                     double* product);

// dx = g · a + x · b + c, with g masked as above when `relu` is set (never after a residual: g came masked).
template <typename T>
void rowGradientApply(const T* x, const T* dy, T* dx, int64_t rows, int64_t width, const float* scale,
                      const float* shift, const float* a, const float* b, const float* c, bool relu);

}  // namespace netspace
