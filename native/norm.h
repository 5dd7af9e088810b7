// Batch normalisation, optionally with a residual sum and a ReLU fused after it, forward and backward.
//
// On a CPU these three memory-bound operators are about half the time of a small network's training step when
// run one by one; fused they read and write each feature map about half as often. On other devices they are
// composed of torch's own operators, as they are in double. Statistics are float32 whatever the feature maps' type, but for
// double's.
#pragma once

#include <ATen/core/Tensor.h>

#include <optional>
#include <vector>

namespace netspace {

// How images lie in memory on the CPU: the channels of a pixel side by side.
constexpr auto kChannelsLast = at::MemoryFormat::ChannelsLast;

struct Norm {
  at::Tensor gamma, beta;                 // [C] float32: learnt, or 1 and 0
  at::Tensor runningMean, runningVariance;  // [C] float32; variance unbiased, as torch keeps it
  bool relu = false;
  double epsilon = 1e-5;
  static constexpr double kMomentum = 0.1;
};

// What the forward pass keeps for the backward pass, beside its input and output.
struct NormState {
  at::Tensor mean, invStd;  // of the batch, [C] float32
  at::Tensor reserve;       // cuDNN's own
  int64_t implementation = 0;
};

// y = act(γ · x̂ + β [+ residual]) with the batch's statistics, towards which the running ones move by the share
// `momentum`. An undefined `residual` means none. x is [N, C, H, W].
at::Tensor normTrain(const Norm& norm, const at::Tensor& x, const at::Tensor& residual, double momentum,
                     NormState& state);

// The same with the running statistics.
at::Tensor normEvaluate(const Norm& norm, const at::Tensor& x, const at::Tensor& residual);

// What normalises alone, for a sum that applies it while it reads x: y = x · scale + shift, of each channel. Of a CPU's float32, without a
// ReLU. With a momentum the statistics are the batch's and the running ones move, without one they are the running ones.
struct NormScale {
  std::vector<float> scale, shift;
};
NormScale normSummand(const Norm& norm, const at::Tensor& x, std::optional<double> momentum, NormState& state);
// Of the sum's gradient dy that of x, and Σ dy · y to `dot`, where y stood in the sum with a weight.
at::Tensor normSummandBackward(const Norm& norm, const NormState& state, const at::Tensor& x, const at::Tensor& dy,
                               double weight, double& dot);

struct NormGradient {
  at::Tensor input;
  at::Tensor residual;  // undefined without one
};

// Gradients of the inputs; those of γ and β are written to `gammaGradient` and `betaGradient`, if defined. `dy` may be
// overwritten when `ownsGradient` is set. y is read only if there was a residual and a ReLU.
NormGradient normBackward(const Norm& norm, const NormState& state, const at::Tensor& x, const at::Tensor& y,
                          const at::Tensor& dy, bool hasResidual, bool ownsGradient,
                          at::Tensor gammaGradient, at::Tensor betaGradient);

}  // namespace netspace
