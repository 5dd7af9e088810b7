// Sums of feature maps weighted by a few numbers, forward and backward, over memory in one order: each map is read once.
#pragma once

#include "kernel_types.h"

namespace netspace {

// to = Σ weights · maps, of elements [begin, end).
void weightedSum(const float* const* maps, const float* weights, int64_t count, float* to, int64_t begin, int64_t end);

// to = shift + Σ scales · maps, where scales and shift repeat every `period` elements; begin is a multiple of it.
void scaledSum(const float* const* maps, const float* const* scales, const float* shift, int64_t period, int64_t count,
               float* to, int64_t begin, int64_t end);

// Of the gradient dy of the first sum, elements [begin, end): to[k] = weights[k] · dy, added to what is there where adds[k]; nothing where to[k]
// is null. dots, if not null, receive Σ dy · maps[k] on top of what they are.
void weightedSumGradient(const float* dy, const float* const* maps, const float* weights, int64_t count, float* const* to,
                         const bool* adds, double* dots, int64_t begin, int64_t end);

}  // namespace netspace
