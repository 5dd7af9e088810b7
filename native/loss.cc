// See loss.h. Smoothing is torch.nn.CrossEntropyLoss's (Szegedy et al. 2016), mixing Zhang et al. 2018.
#include "loss.h"

#include <ATen/ops/_log_softmax.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/exp.h>
#include <ATen/ops/full_like.h>
#include <ATen/ops/sum.h>

namespace netspace {

Loss crossEntropy(const at::Tensor& logits, const Target& target) {
  const at::Tensor index = target.labels.view({-1, 1});
  const at::Tensor logProbabilities = at::_log_softmax(logits, 1, false);
  const double scale = 1.0 / static_cast<double>(logits.size(0));
  if (!target.others.defined() && target.smoothing == 0) {
    const at::Tensor value = logProbabilities.gather(1, index).mean().neg_();
    at::Tensor gradient = at::exp(logProbabilities).mul_(scale);
    gradient.scatter_add_(1, index, at::empty(index.sizes(), gradient.options()).fill_(-scale));
    return {value, gradient};
  }
  const double hard = 1 - target.smoothing;
  at::Tensor wanted = at::full_like(logProbabilities, target.smoothing / static_cast<double>(logits.size(1)));
  const at::Tensor part = at::empty(index.sizes(), wanted.options()).fill_(hard);
  if (target.others.defined()) {
    const at::Tensor mixed = part.mul(target.share);
    wanted.scatter_add_(1, index, mixed).scatter_add_(1, target.others.view({-1, 1}), part.sub(mixed));
  } else {
    wanted.scatter_add_(1, index, part);
  }
  const at::Tensor value = at::sum(wanted.mul(logProbabilities)).mul_(-scale);
  return {value, at::exp(logProbabilities).sub_(wanted).mul_(scale)};
}

}  // namespace netspace
