// Convolution and local pooling, forward and backward, over windows of any sides, stride, dilation and padding.
//
// torch pads both ends of a side alike. Padding that is one wider behind than before ("same" on an even map) is found in
// pooling's rounding up where that gives the same windows; else the map itself gets one more row or column.
#pragma once

#include <ATen/core/Tensor.h>

#include <optional>
#include <tuple>

#include "program.h"

namespace netspace {

// `padded` receives the input with its padding where one had to be made, for the backward pass.
at::Tensor convolve(const Instruction& op, const at::Tensor& x, const at::Tensor& weight,
                    const std::optional<at::Tensor>& bias, at::Tensor& padded);

// Gradients of input and weight (either undefined unless asked for) and bias (undefined without one, and without the weight's).
std::tuple<at::Tensor, at::Tensor, at::Tensor> convolveBackward(const Instruction& op, const at::Tensor& dy,
                                                                const at::Tensor& x, const at::Tensor& padded,
                                                                const at::Tensor& weight, bool needsInput,
                                                                bool needsWeight);

// Padding is never the maximum. `indices` receives which pixels were, or which taps.
at::Tensor maxPool(const Instruction& op, const at::Tensor& x, at::Tensor& indices);
at::Tensor maxPoolBackward(const Instruction& op, const at::Tensor& dy, const at::Tensor& x,
                           const at::Tensor& indices);

// Over the pixels under each window, or over all of its taps where the instruction's flag says so.
at::Tensor averagePool(const Instruction& op, const at::Tensor& x);
at::Tensor averagePoolBackward(const Instruction& op, const at::Tensor& dy, const at::Tensor& x);

// Every strideHeight-th pixel from the offset on, zero beyond the edge.
at::Tensor subsample(const Instruction& op, const at::Tensor& x, at::MemoryFormat layout);
at::Tensor subsampleBackward(const Instruction& op, const at::Tensor& dy, const at::Tensor& x,
                             at::MemoryFormat layout);

}  // namespace netspace
