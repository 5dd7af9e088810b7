// See model.h: what a model is made of, its weights, and what an optimiser does with them. Its passes are in passes.cc.
#include "model.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Context.h>
#include <ATen/ops/_foreach_add.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/isfinite.h>
#include <ATen/ops/linalg_vector_norm.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>

#include <stdexcept>

namespace netspace {
namespace {

constexpr int64_t kAlign = 64;  // elements between parameters, so that every view is aligned for vectors

std::vector<int64_t> stridesOf(const std::vector<int64_t>& s, at::MemoryFormat layout) {
  if (s.size() == 4 && layout != kChannelsLast) return {s[1] * s[2] * s[3], s[2] * s[3], s[3], 1};
  if (s.size() == 4) return {s[1] * s[2] * s[3], 1, s[3] * s[1], s[1]};
  if (s.size() == 2) return {s[1], 1};
  return {1};
}

int64_t count(const std::vector<int64_t>& shape) {
  int64_t n = 1;
  for (const int64_t size : shape) n *= size;
  return n;
}

}  // namespace

Model::Model(const Program& program, const ModelOptions& options) : options_(options) {
  if (options.device.is_cuda()) {
    // Measured on an H100 with small grouped networks (docs/gpu.md): IEEE float32 is twice as fast in planes, with cuDNN
    // trying its algorithms; trying alone is slower. The tensor cores of tf32 and bf16 read channels last.
    const bool planes = !options.bf16 && !options.tf32;
    if (planes) layout_ = at::MemoryFormat::Contiguous;
    at::globalContext().setBenchmarkCuDNN(planes);
  }
  connect(program);
  allocate();
  initialise();
  seedDropout(options_.seed);
}

Model::Model(const Program& program, const Model& store, std::optional<uint64_t> seed)
    : layout_(store.layout_),
      options_(store.options_),
      flatValue_(store.flatValue_),
      flatGradient_(store.flatGradient_),
      flatCompute_(store.flatCompute_),
      moments_(store.moments_),
      flatStatistics_(store.flatStatistics_),
      shares_(true) {
  connect(program);
  share(store);
  if (seed) seedDropout(options_.seed = *seed);
  else dropoutChance_ = store.dropoutChance_;
}

Model::~Model() {
  if (moments_->lastBackward == this) moments_->lastBackward = nullptr;
}

void Model::connect(const Program& program) {
  const auto size = static_cast<int32_t>(program.instructions.size());
  main_ = program.main;
  mixtureSize_ = program.mixtureSize();
  std::vector<int> uses(size + 1, 0);
  lastUse_.assign(size + 1, -1);
  for (int32_t i = 0; i < size; ++i) {
    Node node{program.instructions[i]};
    for (const int32_t value : node.instruction.inputs) {
      if (static_cast<size_t>(i) < main_) lastUse_[value] = i;
      ++uses[value];
    }
    nodes_.push_back(std::move(node));
  }
  // A ReLU may overwrite its input when nothing else, forward or backward, reads that input again.
  for (auto& node : nodes_) {
    const int32_t value = node.instruction.inputs[0];
    if (node.instruction.op != Op::Relu || value == 0 || uses[value] != 1) continue;
    if (static_cast<size_t>(value) == main_) continue;  // logits, which an auxiliary head reads
    const Op producer = nodes_[value - 1].instruction.op;
    node.inPlace = producer == Op::Conv || producer == Op::Add;
  }
  for (const auto& node : nodes_) {
    if (node.instruction.op != Op::Mix) continue;
    for (const int32_t value : node.instruction.inputs) {
      if (value == 0 || uses[value] != 1) continue;
      const Instruction& op = nodes_[value - 1].instruction;
      nodes_[value - 1].summed = op.op == Op::Batchnorm && !op.affine() && (op.flag & Instruction::kRelu) == 0 &&
                                 op.inputs.size() == 1;
    }
  }
  name();
}

void Model::name() {
  for (auto& node : nodes_) {
    for (auto& [suffix, shape, kind, deviation, constant] : parametersOf(node.instruction)) {
      const auto index = static_cast<int>(parameters_.size());
      (node.weight < 0 ? node.weight : node.bias) = index;
      parameters_.push_back({node.instruction.name + "." + suffix, shape, kind, 0, index, {}, {}, {}});
    }
  }
}

void Model::allocate() {
  int64_t total = 0;
  int64_t channels = 0;
  for (const auto& node : nodes_) {
    if (node.instruction.op == Op::Batchnorm) channels += node.instruction.in;
  }
  // Parameters of one kind lie together, so that each kind may have a weight decay of its own at one call each.
  for (int kind = 0; kind < 3; ++kind) {
    for (auto& p : parameters_) {
      if (p.kind != kind) continue;
      p.offset = total;
      total += (count(p.shape) + kAlign - 1) / kAlign * kAlign;
    }
    kindEnd_[kind] = total;
  }
  const auto stored = at::TensorOptions(storedType()).device(options_.device);
  flatValue_ = at::zeros({total}, stored);
  flatGradient_ = at::zeros({total}, stored);
  moments_ = std::make_shared<Moments>();
  moments_->first = at::zeros({total}, stored);
  moments_->parameters = static_cast<int64_t>(parameters_.size());
  moments_->stale.assign(parameters_.size(), 0);
  flatCompute_ = options_.bf16 ? at::zeros({total}, stored.dtype(at::kBFloat16)) : flatValue_;
  for (auto& p : parameters_) {
    const auto strides = stridesOf(p.shape, layout_);
    p.value = flatValue_.as_strided(p.shape, strides, p.offset);
    p.gradient = flatGradient_.as_strided(p.shape, strides, p.offset);
    p.compute = flatCompute_.as_strided(p.shape, strides, p.offset);
  }
  flatStatistics_ = at::zeros({2, channels}, stored);
  flatStatistics_.select(0, 1).fill_(1);
  int64_t first = 0;
  for (auto& node : nodes_) {
    const auto& op = node.instruction;
    if (op.op != Op::Batchnorm) continue;
    connectNorm(node, flatStatistics_.select(0, 0).narrow(0, first, op.in),
                flatStatistics_.select(0, 1).narrow(0, first, op.in));
    first += op.in;
  }
}

void Model::connectNorm(Node& node, const at::Tensor& runningMean, const at::Tensor& runningVariance) {
  const auto& op = node.instruction;
  if (op.affine()) {
    node.norm.gamma = parameters_[node.weight].value;
    node.norm.beta = parameters_[node.bias].value;
  } else {
    node.norm.gamma = at::ones({op.in}, runningMean.options());
    node.norm.beta = at::zeros({op.in}, runningMean.options());
  }
  node.norm.runningMean = runningMean;
  node.norm.runningVariance = runningVariance;
  node.norm.epsilon = op.epsilon;
  node.norm.relu = (op.flag & Instruction::kRelu) != 0;
  statistics_.emplace_back(op.name + ".running_mean", runningMean);
  statistics_.emplace_back(op.name + ".running_var", runningVariance);
}

void Model::share(const Model& store) {
  const auto fail = [](const std::string& name, const std::string& why) {
    throw std::invalid_argument("\"" + name + "\": the store of weights has " + why);
  };
  for (auto& p : parameters_) {
    const Parameter* found = nullptr;
    for (const auto& other : store.parameters_) {
      if (other.name == p.name) found = &other;
    }
    if (!found) fail(p.name, "none of that name");
    if (found->shape != p.shape || found->kind != p.kind) fail(p.name, "one of another shape");
    p = *found;
  }
  for (auto& node : nodes_) {
    const auto& op = node.instruction;
    if (op.op != Op::Batchnorm) continue;
    connectNorm(node, store.tensor(op.name + ".running_mean", false), store.tensor(op.name + ".running_var", false));
  }
}

// Drawn on the CPU, so that a seed means the same weights on every device.
void Model::initialise() {
  at::Generator generator = at::detail::createCPUGenerator(options_.seed);
  size_t next = 0;  // `name` made the parameters in this order
  for (const auto& node : nodes_) {
    for (const auto& [suffix, shape, kind, deviation, constant] : parametersOf(node.instruction)) {
      auto& value = parameters_[next++].value;
      if (deviation > 0) value.copy_(at::empty(shape, at::kFloat).normal_(0, deviation, generator));
      else value.fill_(constant);
    }
  }
  syncWeights();
}

void Model::syncWeights() {
  if (!options_.bf16) return;
  if (!shares_) {
    flatCompute_.copy_(flatValue_);
    return;
  }
  for (auto& p : parameters_) p.compute.copy_(p.value);
}

at::Tensor Model::tensor(const std::string& name, bool gradient) const {
  for (const auto& p : parameters_) {
    if (p.name == name) return gradient ? p.gradient : p.value;
  }
  if (!gradient) {
    for (const auto& [statistic, value] : statistics_) {
      if (statistic == name) return value;
    }
  }
  throw std::invalid_argument("no parameter is named \"" + name + "\"");
}

std::vector<std::pair<std::string, std::vector<int64_t>>> Model::parameters() const {
  std::vector<std::pair<std::string, std::vector<int64_t>>> out;
  for (const auto& p : parameters_) out.emplace_back(p.name, p.shape);
  return out;
}

std::vector<std::pair<std::string, std::vector<int64_t>>> Model::tensors() const {
  auto out = parameters();
  for (const auto& [name, value] : statistics_) out.emplace_back(name, value.sizes().vec());
  return out;
}

// Parameter by parameter: a path has some of the store's only. Moments begin at 0 there, which gives a first step the
// numbers of torch.optim's first.
void Model::updateEach(const Update& options, const at::Tensor& rate) {
  const bool adam = isAdam(options.optimiser);
  const bool remembers = adam || options.momentum > 0;
  if (adam) moments_->uneven = true;
  if (options.clipNorm > 0) {
    std::vector<at::Tensor> gradients;
    for (const auto& p : parameters_) {
      if (p.reached) gradients.push_back(p.gradient);
    }
    clipGradients(gradients, options.clipNorm);
  }
  const double decays[] = {options.decay.weights, options.decay.norms, options.decay.biases};
  for (int kind = 0; kind < 3; ++kind) {
    Slots slots;
    for (const auto& p : parameters_) {
      // What has no gradient is left alone, as torch.optim does: other paths' momentum would move it.
      if (p.kind != kind || !p.reached) continue;
      const auto part = [&](const at::Tensor& flat) {
        return flat.as_strided(p.shape, p.value.strides(), p.offset);
      };
      slots.values.push_back(p.value);
      slots.gradients.push_back(p.gradient);
      if (remembers) slots.first.push_back(part(moments_->first));
      if (options.optimiser != Optimiser::Sgd) slots.second.push_back(part(moments_->second));
      if (adam) slots.steps.push_back(moments_->steps.select(0, p.index));
    }
    if (slots.values.empty()) continue;
    if (adam) at::_foreach_add_(slots.steps, 1);
    optimise(options, decays[kind], slots, rate, /*isFirst=*/false);
  }
}

// All parameters of one decay in one call.
void Model::updateAll(const Update& options, const at::Tensor& rate) {
  const bool adam = isAdam(options.optimiser);
  if (options.clipNorm > 0) clipGradients({flatGradient_}, options.clipNorm);
  if (adam) moments_->steps.add_(1);
  const auto step = [&](int64_t from, int64_t to, double decay) {
    const auto part = [&](const at::Tensor& flat) { return flat.narrow(0, from, to - from); };
    Slots slots{{part(flatValue_)}, {part(flatGradient_)}, {}, {}, {}};
    if (adam || options.momentum > 0) slots.first = {part(moments_->first)};
    if (options.optimiser != Optimiser::Sgd) slots.second = {part(moments_->second)};
    if (adam) slots.steps = {moments_->steps.select(0, 0)};
    optimise(options, decay, slots, rate, firstUpdate_);
  };
  const double decays[] = {options.decay.weights, options.decay.norms, options.decay.biases};
  int64_t from = 0;
  for (int kind = 0; kind < 3; ++kind) {
    if (kind < 2 && decays[kind + 1] == decays[kind]) continue;  // one call for both
    if (kindEnd_[kind] > from) step(from, kindEnd_[kind], decays[kind]);
    from = kindEnd_[kind];
  }
}

void Model::update(const Update& options, const at::Tensor& rate) {
  if (shares_ && options.averageDecay > 0) {
    throw std::invalid_argument("averageDecay: expected 0 on a path, whose store keeps no averages");
  }
  moments_->prepare(options.optimiser);
  // By a mixture some have no gradient.
  if (shares_ || moments_->uneven || mixtureSize_ > 0) updateEach(options, rate);
  else updateAll(options, rate);
  if (options.averageDecay > 0) {
    if (!averageValue_.defined()) {
      averageValue_ = flatValue_.clone();
      averageStatistics_ = flatStatistics_.clone();
    } else {
      averageValue_.lerp_(flatValue_, 1 - options.averageDecay);
      averageStatistics_.lerp_(flatStatistics_, 1 - options.averageDecay);
    }
  }
  firstUpdate_ = false;
  syncWeights();
}

OptimiserState Model::optimiserState() const {
  requireStore();
  OptimiserState state{!firstUpdate_, moments_->of};
  if (moments_->uneven) {
    const at::Tensor each = moments_->steps.to(at::kCPU, at::kFloat).contiguous();
    state.each.assign(each.const_data_ptr<float>(), each.const_data_ptr<float>() + parameters_.size());
  }
  if (moments_->steps.defined()) state.steps = static_cast<int64_t>(moments_->steps.select(0, 0).item<float>());
  state.second = moments_->second.defined();
  state.averages = averageValue_.defined();
  return state;
}

void Model::setOptimiserState(const OptimiserState& state) {
  requireStore();
  if (!state.each.empty() && state.each.size() != parameters_.size()) {
    throw std::invalid_argument("each: expected a number of steps for each of " + std::to_string(parameters_.size()) +
                                " parameters, or none, got " + std::to_string(state.each.size()));
  }
  moments_->first.zero_();
  moments_->second = at::Tensor();
  moments_->steps = at::Tensor();
  moments_->uneven = false;
  moments_->of = state.optimiser;
  if (state.second) moments_->prepare(state.optimiser);
  if (moments_->steps.defined()) moments_->steps.fill_(static_cast<double>(state.steps));
  if (!state.each.empty() && moments_->steps.defined()) {
    for (size_t i = 0; i < state.each.size(); ++i) moments_->steps.select(0, static_cast<int64_t>(i)).fill_(state.each[i]);
    moments_->uneven = true;
  }
  averageValue_ = state.averages ? at::zeros_like(flatValue_) : at::Tensor();
  averageStatistics_ = state.averages ? at::zeros_like(flatStatistics_) : at::Tensor();
  firstUpdate_ = !state.updated;
}

at::Tensor Model::remembered(const std::string& name, Remembered what) const {
  const at::Tensor& flat = what == Remembered::First    ? moments_->first
                           : what == Remembered::Second ? moments_->second
                                                        : averageValue_;
  if (!flat.defined()) {
    throw std::invalid_argument(std::string("expected a model that remembers \"") + kRemembered[static_cast<int>(what)] +
                                "\", got one that does not");
  }
  for (const auto& p : parameters_) {
    if (p.name == name) return flat.as_strided(p.shape, p.value.strides(), p.offset);
  }
  if (what == Remembered::Average) {
    for (const auto& [statistic, value] : statistics_) {
      // A view of flatStatistics_, and its average lies at the same place of theirs.
      if (statistic == name) return averageStatistics_.as_strided(value.sizes(), value.strides(), value.storage_offset());
    }
  }
  throw std::invalid_argument("no parameter is named \"" + name + "\"");
}

void Model::requireStore() const {
  if (shares_) throw std::invalid_argument("model: expected a store of weights, got a path");
}

Snapshot Model::snapshot() const {
  requireStore();
  return {moments_, flatValue_.clone(), flatStatistics_.clone(), moments_->copy(), firstUpdate_};
}

void Model::rewind(const Snapshot& snapshot) {
  requireStore();
  if (snapshot.of.lock() != moments_) {
    throw std::invalid_argument("snapshot: expected one of these weights, got one of another store's");
  }
  flatValue_.copy_(snapshot.values);
  flatStatistics_.copy_(snapshot.statistics);
  moments_->assign(snapshot.moments);
  firstUpdate_ = snapshot.firstUpdate;
  syncWeights();
}

KeptGradients Model::keepGradients() const {
  if (moments_->lastBackward != this) {
    throw std::invalid_argument("expected a pass with gradients before, got none since this model's weights were made or another path's");
  }
  const auto reached = std::count_if(parameters_.begin(), parameters_.end(), [](const Parameter& p) { return p.reached; });
  at::Tensor values;
  if (reached == moments_->parameters) {
    values = flatGradient_.clone();
  } else {
    values = at::zeros_like(flatGradient_);
    for (const auto& p : parameters_) {
      if (p.reached) values.as_strided(p.shape, p.value.strides(), p.offset).copy_(p.gradient);
    }
  }
  return {moments_, values, at::linalg_vector_norm(values, 2, std::nullopt, false, at::kDouble).item<double>()};
}

void Model::move(const KeptGradients& gradients, double by) {
  requireStore();
  if (gradients.of.lock() != moments_) {
    throw std::invalid_argument("gradients: expected some of these weights, got some of another store's");
  }
  flatValue_.add_(gradients.values, by);
  syncWeights();
}

void Model::recalibrate(const std::vector<at::Tensor>& batches) {
  markNeeded(false);
  std::vector<at::Tensor> running, mean, square, before;
  for (size_t i = 0, k = 0; i < nodes_.size(); ++i) {
    if (nodes_[i].instruction.op != Op::Batchnorm) continue;
    if (i < main_ && needed_[i + 1]) {
      running.insert(running.end(), {statistics_[k].second, statistics_[k + 1].second});
      mean.push_back(at::zeros_like(statistics_[k].second));
      square.push_back(at::zeros_like(statistics_[k].second));
    }
    k += 2;
  }
  for (const at::Tensor& t : running) before.push_back(t.clone());
  const double share = 1.0 / static_cast<double>(batches.size());
  try {
    for (const at::Tensor& images : batches) {
      // They move by the whole difference, which rounding would leave a trace of what was there in.
      for (const at::Tensor& t : running) t.zero_();
      forward(images, Mode::Recalibrate);
      for (size_t i = 0; i < mean.size(); ++i) {
        mean[i].add_(running[2 * i], share);
        square[i].add_(running[2 * i].square().add_(running[2 * i + 1]), share);
      }
    }
  } catch (...) {
    for (size_t i = 0; i < running.size(); ++i) running[i].copy_(before[i]);
    throw;
  }
  for (size_t i = 0; i < mean.size(); ++i) {
    running[2 * i].copy_(mean[i]);
    running[2 * i + 1].copy_(square[i].sub_(mean[i].square()).clamp_min_(0));
  }
}

std::string Model::unusableGradient() const {
  for (const auto& p : parameters_) {
    if (!p.reached) continue;
    bool finite = true;
    if (p.gradient.is_cpu() && p.gradient.scalar_type() == at::kFloat) {
      // Views of parameters are dense. What is not finite has all bits of the exponent.
      const auto* values = static_cast<const uint32_t*>(p.gradient.const_data_ptr());
      constexpr uint32_t kExponent = 0x7f800000;
      for (int64_t i = 0, n = p.gradient.numel(); i < n; ++i) finite &= (values[i] & kExponent) != kExponent;
    } else {
      finite = at::isfinite(p.gradient).all().item<bool>();
    }
    if (!finite) return p.name;
  }
  return {};
}

void Model::exchangeAverages() {
  if (!averageValue_.defined()) return;
  const auto exchange = [](at::Tensor& a, at::Tensor& b) {
    const at::Tensor kept = a.clone();
    a.copy_(b);
    b.copy_(kept);
  };
  exchange(flatValue_, averageValue_);
  exchange(flatStatistics_, averageStatistics_);
  syncWeights();
}

void Model::seedDropout(uint64_t seed) { dropoutChance_ = at::detail::createCPUGenerator(seed); }

at::Tensor Model::dropoutState() const { return dropoutChance_.get_state(); }

// In place: paths that draw from it go on with it.
void Model::setDropoutState(const at::Tensor& state) { dropoutChance_.set_state(state); }

at::Tensor Model::drawMask(const Instruction& op, at::IntArrayRef shape) {
  const double scale = op.op == Op::Droppath ? dropPathScale : 1;
  const double keep = 1 - static_cast<double>(op.rate) * scale;
  const at::Tensor mask = at::empty(shape, at::TensorOptions(computeType()));
  mask.bernoulli_(keep, dropoutChance_);
  if (keep > 0) mask.div_(keep);
  return mask;
}

void Model::redrawMasks() {
  for (size_t i = 0; i < masks_.size(); ++i) {
    if (masks_[i].defined()) masks_[i].copy_(drawMask(nodes_[i].instruction, masks_[i].sizes()));
  }
}

}  // namespace netspace
