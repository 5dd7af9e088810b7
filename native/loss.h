// The loss of a batch: cross-entropy against labels, smoothed labels, or a mixture of two labels.
#pragma once

#include <ATen/core/Tensor.h>

namespace netspace {

// What a batch is trained towards. Row i's target is the distribution `share` · onehot(labels[i]) +
// (1 − share) · onehot(others[i]), of which `smoothing` is then spread over all classes evenly.
struct Target {
  at::Tensor labels;       // int64 [N]
  at::Tensor others;       // int64 [N]; undefined without mixup
  at::Tensor share;        // float32 scalar on the labels' device; undefined without mixup
  double smoothing = 0;    // in [0, 1)
};

struct Loss {
  at::Tensor value;     // mean over the batch of −Σ target · log softmax(logits), nats, float32 scalar
  at::Tensor gradient;  // of the logits, [N, classes] float32: (softmax − target) / N
};

Loss crossEntropy(const at::Tensor& logits, const Target& target);

}  // namespace netspace
