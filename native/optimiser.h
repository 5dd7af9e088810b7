// The update of parameters from their gradients: the optimisers of torch.optim, and clipping before them.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace netspace {

enum class Optimiser { Sgd, Adam, AdamW, RmsProp };
// By their numbers, as recipes call them.
inline constexpr const char* kOptimisers[] = {"sgd", "adam", "adamw", "rmsprop"};

// Weight decay by kind of parameter: of weights, of the scale and shift of normalisations, of the other biases. AdamW's is
// taken off the parameter itself, all others' is L2: part of the gradient.
struct Decay {
  double weights, norms, biases;
};

struct Update {
  double learningRate, momentum;  // momentum: SGD's and RMSProp's
  Decay decay;
  double averageDecay = 0;  // of the moving average of weights; 0 keeps none
  Optimiser optimiser = Optimiser::Sgd;
  bool nesterov = true;                // SGD's momentum in Nesterov's form
  double beta1 = 0.9, beta2 = 0.999;   // Adam's means of gradients and of their squares
  double smoothing = 0.99;             // RMSProp's mean of squares
  double epsilon = 1e-8;               // Adam: √v + ε; RMSProp too, or √(v + ε) with the next
  bool epsilonInsideRoot = false;
  double clipNorm = 0;  // greatest norm of all gradients together; 0 clips nothing
};

// What optimisers remember of a store's parameters from step to step, laid out as the parameters are.
struct Moments {
  at::Tensor first;   // SGD's and RMSProp's momentum, Adam's mean of gradients
  at::Tensor second;  // mean of squared gradients; undefined until an optimiser asks for it
  at::Tensor steps;   // float32, one a parameter: steps taken by Adam; undefined until then
  int64_t parameters = 0;
  std::vector<char> stale;         // by parameter: its gradient may be another pass's than the last
  const void* lastBackward = nullptr;  // the model whose gradients there are
  Optimiser of = Optimiser::Sgd;
  bool uneven = false;  // parameters may have taken different numbers of Adam's steps

  Moments copy() const;
  // Takes over another's numbers; tensors that are there stay where they are.
  void assign(const Moments& other);

  // Before a step of `optimiser`: what it needs is there, and nothing of another's is left.
  void prepare(Optimiser optimiser);
};

inline bool isAdam(Optimiser optimiser) { return optimiser == Optimiser::Adam || optimiser == Optimiser::AdamW; }

// Tensors of one weight decay that are updated together: flat buffers, or parameter by parameter.
struct Slots {
  std::vector<at::Tensor> values, gradients, first, second, steps;
};

// One step. `rate`, if defined, is the learning rate as a float32 scalar on the device. `isFirst`: nothing is remembered yet.
void optimise(const Update& options, double decay, const Slots& slots, const at::Tensor& rate, bool isFirst);

// Scales gradients so that the norm of all together is at most `most` (torch.nn.utils.clip_grad_norm_). Reads nothing back
// from the device.
void clipGradients(const std::vector<at::Tensor>& gradients, double most);

}  // namespace netspace
