// A data set resident on the device as bytes, and the batches drawn from it.
#pragma once

#include <ATen/core/Tensor.h>

namespace netspace {

struct Dataset {
  // Training images [N, H + 2·padding, W + 2·padding, C] and test images [M, H, W, C], uint8, channels last. The
  // border holds the nearest byte to the mean, which normalisation takes to 0 (pycls pads after normalising).
  at::Tensor trainImages, testImages;
  at::Tensor trainLabels, testLabels;  // int64
  at::Tensor scale, shift;             // [C]: normalised = byte · scale + shift
  int64_t height, width, padding;

  // From bytes [N, C, H, W] on the CPU; mean and std on the 0–1 scale, float32 [C].
  static Dataset upload(const at::Tensor& trainImages, const at::Tensor& trainLabels, const at::Tensor& testImages,
                        const at::Tensor& testLabels, const at::Tensor& mean, const at::Tensor& std,
                        int64_t padding, at::Device device);
};

// One epoch's random choices, drawn on the CPU from a seed (so that they are the same on every device) and
// uploaded at once.
struct EpochPlan {
  at::Tensor order;         // a permutation of the training images
  at::Tensor top, left;     // corner of each crop in the padded image
  at::Tensor flip;          // bool

  EpochPlan(const Dataset& data, bool flip, uint64_t seed);
};

// Images [batch, C, H, W] (channels-last memory) of `type`, normalised, and their labels.
struct Batch {
  at::Tensor images, labels;
};
Batch trainBatch(const Dataset& data, const EpochPlan& plan, int64_t first, int64_t count, at::ScalarType type);
Batch testBatch(const Dataset& data, int64_t first, int64_t count, at::ScalarType type);

}  // namespace netspace
