// Augmentation of training images on their device: which images make a batch, and how each is cropped, mirrored,
// recoloured, blanked in part and mixed.
#pragma once

#include <ATen/core/Tensor.h>

#include "data.h"
#include "loss.h"

namespace netspace {

struct Augmentation {
  bool flip = false;         // mirror with probability one half
  double cropArea = 0;       // random-sized crop: least share of the image's area; 0: crops of the padded image
  double colour = 0;         // standard deviation along each principal component of colour; 0 leaves colours alone
  double mixup = 0;          // α of the Beta(α, α) that draws a batch's mixing share; 0 mixes nothing
  int64_t cutout = 0;        // side of the square that is blanked, pixels; 0 blanks nothing
};

// An epoch's random choices, drawn on the CPU from a seed (so that they are the same on every device) and uploaded
// at once. Row i belongs to the i-th image of the epoch; tensors that nothing asked for are undefined.
struct Choices {
  at::Tensor image;            // int64 [N]: a permutation of the training images
  at::Tensor top, left;        // int64 [N]: corner of the crop in the padded image
  at::Tensor flip;             // bool [N]
  at::Tensor box;              // float32 [N, 4]: top, left, height, width of a random-sized crop, pixels
  at::Tensor colour;           // float32 [N, C]: coefficients of the principal components
  at::Tensor share;            // float32 [steps]: of a batch's own images when mixed with its mirrored order
  at::Tensor hole;             // int64 [N, 2]: row and column of the blanked square's centre, in the crop

  // The choices of one step, as views.
  Choices step(int64_t step, int64_t batch) const;
  // Overwrites one step's choices with another's.
  void assign(const Choices& other);
};
Choices drawEpoch(const Dataset& data, const Augmentation& options, int64_t steps, uint64_t seed);

// Images of `type`, and what they are trained towards (without its smoothing).
struct TrainBatch {
  at::Tensor images;
  Target target;
};
// `cutout`: side of the blanked squares, where the choices have any.
TrainBatch trainBatch(const Dataset& data, const Choices& step, int64_t cutout, at::ScalarType type);

}  // namespace netspace
