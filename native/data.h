// A data set resident on the device as bytes.
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
  int64_t classes;  // one more than the greatest label
  // [C, C], row i: principal component i of the training pixels on the 0–1 scale, its unit vector times its
  // eigenvalue, as normalised units (Krizhevsky et al. 2012, section 4.1). Made when first asked for.
  const at::Tensor& colourComponents() const;

  // From bytes [N, C, H, W] on the CPU; mean and std on the 0–1 scale, float32 [C].
  static Dataset upload(const at::Tensor& trainImages, const at::Tensor& trainLabels, const at::Tensor& testImages,
                        const at::Tensor& testLabels, const at::Tensor& mean, const at::Tensor& std,
                        int64_t padding, at::Device device);

  // Bytes [N, H, W, C] → normalised float32 [N, H, W, C].
  at::Tensor normalise(const at::Tensor& bytes) const;

 private:
  mutable at::Tensor colourComponents_;
};

// Images [batch, C, H, W] (channels-last memory) of a compute type, normalised, and their labels.
struct Batch {
  at::Tensor images, labels;
};
Batch testBatch(const Dataset& data, int64_t first, int64_t count, at::ScalarType type);

}  // namespace netspace
