// Passes of a model, forward and backward, operator by operator. See model.h.
#include "model.h"

#include <ATen/ops/addmm.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/constant_pad_nd.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/mean.h>
#include <ATen/ops/mm.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/sigmoid.h>
#include <ATen/ops/sigmoid_backward.h>
#include <ATen/ops/silu.h>
#include <ATen/ops/silu_backward.h>
#include <ATen/ops/sum.h>
#include <ATen/ops/threshold_backward.h>

#include <algorithm>
#include <stdexcept>

#include "window.h"

namespace netspace {
namespace {

// Of one height and width, padded with zeros at the bottom and the right where there are larger ones.
at::Tensor concatenate(const std::vector<at::Tensor>& inputs) {
  int64_t height = 0, width = 0;
  for (const auto& x : inputs) {
    height = std::max(height, x.size(2));
    width = std::max(width, x.size(3));
  }
  std::vector<at::Tensor> alike;
  for (const auto& x : inputs) {
    const bool smaller = x.size(2) < height || x.size(3) < width;
    alike.push_back(smaller ? at::constant_pad_nd(x, {0, width - x.size(3), 0, height - x.size(2)}) : x);
  }
  return at::cat(alike, 1);
}

}  // namespace

at::Tensor Model::forward(const at::Tensor& images, Mode mode) {
  probing_ = false;
  return pass(images, mode);
}

at::Tensor Model::probe(const at::Tensor& images) {
  probing_ = true;
  return pass(images, Mode::Train);
}

namespace {

// Whether an operator's gradient reads what it read, if only for its shape. Those of a weighted sum are read for the gradient of
// its weights alone.
bool readsInputs(Op op, bool mixtureGradients) {
  switch (op) {
    case Op::Relu:
    case Op::Sigmoid:
    case Op::Identity:
    case Op::Zero:
    case Op::Add:
    case Op::Dropout:
    case Op::Droppath:
      return false;
    case Op::Mix:
      return mixtureGradients;
    default:
      return true;
  }
}

// Whether an operator's gradient reads what it made.
bool readsOutput(const Instruction& op) {
  return op.op == Op::Relu || op.op == Op::Sigmoid || (op.op == Op::Batchnorm && (op.flag & Instruction::kRelu) != 0);
}

}  // namespace

at::Tensor Model::pass(const at::Tensor& images, Mode mode) {
  const bool training = mode == Mode::Train;
  const size_t n = nodes_.size();
  // Values that no gradient reads are let go of when nothing more is made of them.
  std::vector<char> kept(n + 1, !training || probing_);
  std::vector<int32_t> last = lastUse_;
  if (training && !probing_) {
    kept[main_] = kept[n] = true;
    for (size_t i = 0; i < n; ++i) {
      const Instruction& op = nodes_[i].instruction;
      if (readsOutput(op)) kept[i + 1] = true;
      for (size_t k = 0; k < op.inputs.size(); ++k) {
        const int32_t value = op.inputs[k];
        last[value] = static_cast<int32_t>(i);
        const bool residual = op.op == Op::Batchnorm && k > 0;
        if (!residual && readsInputs(op.op, mixtureGradients)) kept[value] = true;
      }
    }
  }
  values_.assign(n + 1, {});
  gradients_.assign(n + 1, {});
  normStates_.resize(n);
  kept_.resize(n);
  masks_.resize(n);
  markNeeded(training);
  mixtureGradient_.assign(static_cast<size_t>(mixtureSize_), 0);
  values_[0] = images.to(options_.device, computeType(), false, false, layout_);
  normScales_.resize(n);
  markLeft(values_[0]);
  for (size_t i = 0; i < (training ? n : main_); ++i) {
    breakOff();
    try {
      if (needed_[i + 1]) values_[i + 1] = run(i, mode);
    } catch (const c10::Error& error) {
      const std::string problem = error.what_without_backtrace();
      forget();
      throw std::runtime_error("layer \"" + nodes_[i].instruction.name + "\": " + problem);
    }
    if (!training) kept_[i].reset();
    for (const int32_t value : nodes_[i].instruction.inputs) {
      if (last[value] == static_cast<int32_t>(i) && !(training && kept[value])) values_[value].reset();
    }
  }
  const at::Tensor logits = values_[main_].to(storedType()).flatten(1);
  if (!training) {
    values_.assign(n + 1, {});
    normStates_.assign(n, {});
  }
  return logits;
}

void Model::breakOff() {
  if (!interruption || !*interruption) return;
  forget();
  throw Interrupted();
}

// Of a pass that ended early, what it held.
void Model::forget() {
  for (auto* tensors : {&values_, &kept_}) tensors->assign(tensors->size(), {});
  normStates_.assign(normStates_.size(), {});
  gradients_.assign(gradients_.size(), {});
}

at::Tensor Model::auxiliaryLogits() const {
  if (main_ == nodes_.size() || values_.empty() || !values_.back().defined()) return {};
  return values_.back().to(storedType()).flatten(1);
}

at::Tensor Model::run(size_t i, Mode mode) {
  const Node& node = nodes_[i];
  const Instruction& op = node.instruction;
  const at::Tensor& x = values_[op.inputs[0]];
  const at::Tensor second = op.inputs.size() > 1 ? values_[op.inputs[1]] : at::Tensor();
  switch (op.op) {
    case Op::Conv: {
      std::optional<at::Tensor> bias;
      if (node.bias >= 0) bias = parameters_[node.bias].compute;
      return convolve(op, x, parameters_[node.weight].compute, bias, kept_[i]);
    }
    case Op::Batchnorm:
      if (left_[i + 1]) {
        const at::Tensor own = x.contiguous(kChannelsLast);
        std::optional<double> momentum;
        if (mode != Mode::Evaluate) momentum = mode == Mode::Train ? Norm::kMomentum : 1.0;
        normScales_[i] = normSummand(node.norm, own, momentum, normStates_[i]);
        return own;
      }
      if (mode == Mode::Evaluate) return normEvaluate(node.norm, x, second);
      return normTrain(node.norm, x, second, mode == Mode::Train ? Norm::kMomentum : 1.0, normStates_[i]);
    case Op::Relu:
      if (node.inPlace && !probing_) return values_[op.inputs[0]].relu_();
      return at::relu(x);
    case Op::Silu:
      return at::silu(x);
    case Op::Sigmoid:
      return at::sigmoid(x);
    case Op::Maxpool:
      return maxPool(op, x, kept_[i]);
    case Op::Avgpool2d:
      return averagePool(op, x);
    case Op::Identity:
      return x;
    case Op::Zero:
      return at::empty({x.size(0), x.size(1), (x.size(2) - 1) / op.strideHeight + 1, (x.size(3) - 1) / op.strideHeight + 1},
                       x.options(), layout_)
          .zero_();
    case Op::Subsample:
      return subsample(op, x, layout_);
    case Op::Concat: {
      std::vector<at::Tensor> inputs;
      for (const int32_t value : op.inputs) inputs.push_back(values_[value]);
      return concatenate(inputs);
    }
    case Op::Avgpool:
      return at::mean(x, at::IntArrayRef{2, 3}, /*keepdim=*/true);
    case Op::Linear:
      // Height and width 1 as elsewhere: a gate may be made by linear layers.
      return at::addmm(parameters_[node.bias].compute, x.flatten(1), parameters_[node.weight].compute.t())
          .view({x.size(0), op.out, 1, 1});
    case Op::Add: {
      at::Tensor sum = x.add(second);
      for (size_t k = 2; k < op.inputs.size(); ++k) sum.add_(values_[op.inputs[k]]);
      return sum;
    }
    case Op::Mix:
      return mix(op);
    case Op::Multiply:
      return x.mul(second);
    case Op::Dropout:
    case Op::Droppath: {
      if (mode != Mode::Train) return x;
      const at::IntArrayRef all = x.sizes();
      const int64_t one[] = {all[0], 1, 1, 1};  // an image's whole branch at once
      if (!recording) masks_[i] = drawMask(op, op.op == Op::Dropout ? all : at::IntArrayRef(one, all.size())).to(x.device());
      return x.mul(masks_[i]);
    }
  }
  throw std::invalid_argument("layer \"" + op.name + "\": unknown operator");
}

void Model::backward(const at::Tensor& logitsGradient, const at::Tensor& auxiliaryGradient) {
  const size_t n = nodes_.size();
  if (values_.empty() || !values_[n].defined()) throw std::logic_error("backward: no forward pass in training mode came before");
  if (main_ < n && auxiliaryGradient.defined()) {
    gradients_[n] = {auxiliaryGradient.to(computeType()).view_as(values_[n]), true};
  }
  accumulate(static_cast<int32_t>(main_), logitsGradient.to(computeType()).view_as(values_[main_]), true);
  moments_->lastBackward = nullptr;
  for (size_t i = n; i-- > 0;) {
    breakOff();
    Gradient gradient = std::move(gradients_[i + 1]);
    gradients_[i + 1] = {};
    const bool reached = gradient.value.defined();
    for (const int index : {nodes_[i].weight, nodes_[i].bias}) {
      if (index < 0) continue;
      Parameter& parameter = parameters_[index];
      parameter.reached = reached;
      char& stale = moments_->stale[parameter.index];
      // Nothing that the loss depends on reads it. What a pass before left there is not this one's.
      if (!reached && stale) parameter.gradient.zero_();
      stale = reached;
    }
    if (reached) runBackward(i, std::move(gradient));
    values_[i + 1].reset();
    normStates_[i] = {};
    kept_[i].reset();
  }
  values_[0].reset();
  if (weightGradients) moments_->lastBackward = this;
}

void Model::runBackward(size_t i, Gradient gradient) {
  const Node& node = nodes_[i];
  const Instruction& op = node.instruction;
  const at::Tensor& x = values_[op.inputs[0]];
  const at::Tensor& y = values_[i + 1];
  const at::Tensor& dy = gradient.value;
  switch (op.op) {
    case Op::Conv: {
      auto [dx, dw, db] = convolveBackward(op, dy, x, kept_[i], parameters_[node.weight].compute,
                                           needsGradient(op.inputs[0]), weightGradients);
      if (weightGradients) {
        parameters_[node.weight].gradient.copy_(dw);
        if (node.bias >= 0) parameters_[node.bias].gradient.copy_(db);
      }
      if (needsGradient(op.inputs[0])) accumulate(op.inputs[0], dx, true);
      return;
    }
    case Op::Batchnorm: {
      const bool hasResidual = op.inputs.size() > 1;
      const auto gradientOf = [&](int index) { return index < 0 ? at::Tensor() : parameters_[index].gradient; };
      NormGradient g = normBackward(node.norm, normStates_[i], x, y, dy, hasResidual, gradient.owned,
                                    gradientOf(node.weight), gradientOf(node.bias));
      // Without a ReLU the residual's gradient is dy itself, owned if it was.
      if (hasResidual) accumulate(op.inputs[1], g.residual, gradient.owned || !g.residual.is_same(dy));
      accumulate(op.inputs[0], g.input, true);
      return;
    }
    case Op::Relu: {
      at::Tensor dx = gradient.owned ? dy : at::empty_like(dy);
      at::threshold_backward_out(dx, dy, y, 0);
      accumulate(op.inputs[0], dx, true);
      return;
    }
    case Op::Silu:
      accumulate(op.inputs[0], at::silu_backward(dy, x), true);
      return;
    case Op::Sigmoid:
      accumulate(op.inputs[0], at::sigmoid_backward(dy, y), true);
      return;
    case Op::Maxpool:
      accumulate(op.inputs[0], maxPoolBackward(op, dy, x, kept_[i]), true);
      return;
    case Op::Avgpool2d:
      accumulate(op.inputs[0], averagePoolBackward(op, dy, x), true);
      return;
    case Op::Identity:
      accumulate(op.inputs[0], dy, gradient.owned);
      return;
    case Op::Zero:
      return;
    case Op::Subsample:
      accumulate(op.inputs[0], subsampleBackward(op, dy, x, layout_), true);
      return;
    case Op::Concat: {
      int64_t first = 0;
      for (const int32_t value : op.inputs) {
        const at::Tensor& input = values_[value];
        const at::Tensor part =
            dy.narrow(1, first, input.size(1)).narrow(2, 0, input.size(2)).narrow(3, 0, input.size(3));
        first += input.size(1);
        const at::Tensor own = part.contiguous(layout_);
        // Parts do not overlap.
        accumulate(value, own, gradient.owned || !own.is_same(part));
      }
      return;
    }
    case Op::Avgpool: {
      at::Tensor dx = at::empty_like(x, x.options(), layout_);
      dx.copy_(dy.div(static_cast<double>(x.size(2) * x.size(3))).expand_as(x));
      accumulate(op.inputs[0], dx, true);
      return;
    }
    case Op::Linear: {
      const at::Tensor flat = x.flatten(1), dyFlat = dy.flatten(1);
      if (weightGradients) {
        parameters_[node.weight].gradient.copy_(at::mm(dyFlat.t(), flat));
        parameters_[node.bias].gradient.copy_(at::sum(dyFlat, at::IntArrayRef{0}, false, storedType()));
      }
      if (needsGradient(op.inputs[0])) {
        accumulate(op.inputs[0], at::mm(dyFlat, parameters_[node.weight].compute).view_as(x), true);
      }
      return;
    }
    case Op::Dropout:
    case Op::Droppath:
      accumulate(op.inputs[0], gradient.owned ? at::Tensor(dy).mul_(masks_[i]) : dy.mul(masks_[i]), true);
      return;
    case Op::Add:
      // All inputs share one gradient, so none owns it.
      for (const int32_t value : op.inputs) accumulate(value, dy, false);
      return;
    case Op::Mix:
      mixBackward(op, gradient);
      return;
    case Op::Multiply: {
      const at::Tensor& gate = values_[op.inputs[1]];
      accumulate(op.inputs[1], at::sum(dy.mul(x), at::IntArrayRef{2, 3}, true), true);
      accumulate(op.inputs[0], gradient.owned ? at::Tensor(dy).mul_(gate) : dy.mul(gate), true);
      return;
    }
  }
}

void Model::accumulate(int32_t value, at::Tensor gradient, bool owned) {
  if (!needsGradient(value)) return;
  Gradient& slot = gradients_[value];
  if (!slot.value.defined()) {
    slot = {std::move(gradient), owned};
  } else if (slot.owned) {
    slot.value.add_(gradient);
  } else if (owned) {
    gradient.add_(slot.value);
    slot = {std::move(gradient), true};
  } else {
    slot = {slot.value.add(gradient), true};
  }
}

}  // namespace netspace
