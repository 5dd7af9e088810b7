// See optimiser.h.
#include "optimiser.h"

#include <ATen/ops/_foreach_mul.h>
#include <ATen/ops/_fused_adam.h>
#include <ATen/ops/_fused_adamw.h>
#include <ATen/ops/_fused_sgd.h>
#include <ATen/ops/linalg_vector_norm.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>

#include <algorithm>

namespace netspace {
namespace {

void sgd(const Update& o, double decay, const Slots& s, const at::Tensor& rate, bool isFirst) {
  const bool nesterov = o.momentum > 0 && o.nesterov;
  const auto run = [&](const auto& learningRate) {
    at::_fused_sgd_(s.values, s.gradients, s.first, decay, o.momentum, learningRate, /*dampening=*/0, nesterov,
                    /*maximize=*/false, isFirst);
  };
  if (rate.defined()) run(rate);
  else run(o.learningRate);
}

void adam(const Update& o, double decay, const Slots& s, const at::Tensor& rate) {
  const auto run = [&](const auto& learningRate) {
    if (o.optimiser == Optimiser::Adam) {
      at::_fused_adam_(s.values, s.gradients, s.first, s.second, {}, s.steps, learningRate, o.beta1, o.beta2, decay,
                       o.epsilon, /*amsgrad=*/false, /*maximize=*/false);
    } else {
      at::_fused_adamw_(s.values, s.gradients, s.first, s.second, {}, s.steps, learningRate, o.beta1, o.beta2, decay,
                        o.epsilon, /*amsgrad=*/false, /*maximize=*/false);
    }
  };
  if (rate.defined()) run(rate);
  else run(o.learningRate);
}

void rmsProp(const Update& o, double decay, const Slots& s, const at::Tensor& rate) {
  for (size_t i = 0; i < s.values.size(); ++i) {
    const at::Tensor gradient = decay == 0 ? s.gradients[i] : s.gradients[i].add(s.values[i], decay);
    const at::Tensor& square = s.second[i];
    square.mul_(o.smoothing).addcmul_(gradient, gradient, 1 - o.smoothing);
    const at::Tensor root = o.epsilonInsideRoot ? square.add(o.epsilon).sqrt_() : square.sqrt().add_(o.epsilon);
    at::Tensor step = s.first.empty() ? gradient.div(root) : s.first[i].mul_(o.momentum).addcdiv_(gradient, root);
    if (rate.defined()) s.values[i].sub_(step.mul(rate));
    else s.values[i].sub_(step, o.learningRate);
  }
}

}  // namespace

Moments Moments::copy() const {
  Moments out = *this;
  for (at::Tensor* t : {&out.first, &out.second, &out.steps}) {
    if (t->defined()) *t = t->clone();
  }
  return out;
}

void Moments::assign(const Moments& other) {
  const auto take = [](at::Tensor& own, const at::Tensor& theirs) {
    if (own.defined() && theirs.defined()) own.copy_(theirs);
    else own = theirs.defined() ? theirs.clone() : at::Tensor();
  };
  take(first, other.first);
  take(second, other.second);
  take(steps, other.steps);
  of = other.of;
  uneven = other.uneven;
}

void Moments::prepare(Optimiser optimiser) {
  if (optimiser != of) {
    for (const at::Tensor& t : {first, second, steps}) {
      if (t.defined()) t.zero_();
    }
    of = optimiser;
    uneven = false;
  }
  if (optimiser == Optimiser::Sgd) return;
  if (!second.defined()) second = at::zeros_like(first);
  if (!steps.defined()) steps = at::zeros({std::max<int64_t>(parameters, 1)}, first.options());
}

void optimise(const Update& options, double decay, const Slots& slots, const at::Tensor& rate, bool isFirst) {
  switch (options.optimiser) {
    case Optimiser::Sgd:
      return sgd(options, decay, slots, rate, isFirst);
    case Optimiser::Adam:
    case Optimiser::AdamW:
      return adam(options, decay, slots, rate);
    case Optimiser::RmsProp:
      return rmsProp(options, decay, slots, rate);
  }
}

void clipGradients(const std::vector<at::Tensor>& gradients, double most) {
  if (gradients.empty()) return;
  std::vector<at::Tensor> norms;
  for (const at::Tensor& gradient : gradients) norms.push_back(at::linalg_vector_norm(gradient));
  const at::Tensor norm = norms.size() == 1 ? norms[0] : at::linalg_vector_norm(at::stack(norms));
  const at::Tensor scale = norm.add(1e-6).reciprocal_().mul_(most).clamp_max_(1);
  at::_foreach_mul_(gradients, scale);
}

}  // namespace netspace
