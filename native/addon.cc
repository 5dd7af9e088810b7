// What JavaScript sees of libtorch: handles of models and data sets, and promises of what is done with them.
//
// Every argument is checked where it enters, since what torch is asked for wrongly may end the process or never end:
// each by itself (napi.h), programs and images by program.h, and what must fit together here. Nothing knows of recipes
// or design spaces.
#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>
#include <c10/core/InferenceMode.h>
#include <c10/core/impl/VirtualGuardImpl.h>

#include <chrono>
#include <cmath>
#include <thread>

#include "allocator.h"
#include "data.h"
#include "device.h"
#include "model.h"
#include "napi.h"
#include "program.h"
#include "trainer.h"
#include "worker.h"

namespace netspace {
namespace {

using napi::Call;
using napi::Maker;
using napi::Notify;
using napi::Value;

struct Session {
  Program program;
  Model model;
  int threads;
  bool tf32;
};
using SessionHandle = std::shared_ptr<Session>;
using DatasetHandle = std::shared_ptr<const Dataset>;
using SnapshotHandle = std::shared_ptr<const Snapshot>;
using GradientsHandle = std::shared_ptr<const KeptGradients>;
// Whether a call shall break off.
using TokenHandle = std::shared_ptr<std::atomic<bool>>;

}  // namespace

template <>
const napi::HandleType napi::kHandleType<SessionHandle>{{0x8f0c7d0f8c3a4e21, 0xb6a1d2f5e3974c08}, "model"};
template <>
const napi::HandleType napi::kHandleType<DatasetHandle>{{0x4b1e6a92d07f4c35, 0x9c83f1a7265bd0e4}, "dataset"};
template <>
const napi::HandleType napi::kHandleType<SnapshotHandle>{{0x2c94e5b07a1d4f68, 0x83d5a0f9e6b1c724}, "snapshot"};
template <>
const napi::HandleType napi::kHandleType<GradientsHandle>{{0x71e3b8d4c25f4a90, 0xa60f9d137be8c2d5}, "set of gradients"};
template <>
const napi::HandleType napi::kHandleType<TokenHandle>{{0xd5a7c16e90b34f82, 0x9e18f2b46c7da305}, "token"};

namespace {

// Sets what is per thread in torch for one job: no autograd, the number of threads, the device's stream and the
// arithmetic of float32.
struct Scope {
  c10::InferenceMode inference;
  StreamScope stream;
  Scope(int threads, at::Device device, bool tf32 = false) : stream(device) {
    if (at::get_num_threads() != threads) at::set_num_threads(threads);
    allowTf32(tf32);
  }
  explicit Scope(const Session& session) : Scope(session.threads, session.model.options().device, session.tf32) {}
};

std::string text(double whole) {
  return whole < 0x1p53 ? std::to_string(static_cast<int64_t>(whole)) : "more than 2^53";
}

// A tensor of that shape from a typed array of as many elements.
template <typename T>
at::Tensor copy(const Value& value, const std::vector<int64_t>& shape, at::ScalarType type) {
  const auto span = value.array<T>();
  double wanted = 1;
  for (const int64_t size : shape) wanted *= static_cast<double>(size);
  if (static_cast<double>(span.size) != wanted) {
    throw std::invalid_argument(value.name + ": expected an array of " + text(wanted) + " elements, got " +
                                std::to_string(span.size));
  }
  at::Tensor out = at::empty(shape, type);
  std::copy_n(span.data, span.size, static_cast<T*>(out.mutable_data_ptr()));
  return out;
}

// Of a handle's device and a tensor's, which is told with its number.
bool sameDevice(at::Device a, at::Device b) {
  const auto index = [](at::Device d) { return d.has_index() ? d.index() : c10::DeviceIndex{0}; };
  return a.type() == b.type() && index(a) == index(b);
}

at::Device deviceOf(const Value& value) {
  const std::string name = value.string();
  if (name == "cpu") return at::Device(at::kCPU);
  const bool numbered = name.size() > 5 && name.size() < 9 && name.starts_with("cuda:") &&
                        name.find_first_not_of("0123456789", 5) == std::string::npos;
  if (name != "cuda" && !numbered) value.fail("\"cpu\", \"cuda\" or \"cuda:N\"");
  const int count = at::hasCUDA() ? c10::impl::VirtualGuardImpl(at::kCUDA).deviceCount() : 0;
  const int index = numbered ? std::stoi(name.substr(5)) : 0;
  if (index >= count) value.fail("a device that is there (torch sees " + std::to_string(count) + " CUDA cards)");
  return numbered ? at::Device(at::kCUDA, static_cast<c10::DeviceIndex>(index)) : at::Device(at::kCUDA);
}

// A thread that cannot be made ends the process, so their number has a bound: four a core, or 64.
int threadsOf(const Value& value) {
  return static_cast<int>(value.count(std::max<int64_t>(64, 4 * int64_t{std::thread::hardware_concurrency()})));
}

napi_value toArray(napi_env env, const at::Tensor& t) {
  return napi::array(env, t.const_data_ptr<float>(), static_cast<size_t>(t.numel()));
}

// Of float32, or of double where the tensor is.
napi_value toOwnArray(napi_env env, const at::Tensor& t) {
  if (t.scalar_type() != at::kDouble) return toArray(env, t);
  return napi::array(env, t.const_data_ptr<double>(), static_cast<size_t>(t.numel()));
}

at::Tensor toHost(const at::Tensor& t) { return t.cpu().contiguous().clone(at::MemoryFormat::Contiguous); }

SessionHandle session(const Value& value) {
  SessionHandle handle = value.handle<SessionHandle>();
  if (!handle) throw std::invalid_argument(value.name + ": expected a model, got one that was disposed of");
  return handle;
}

// What a handle holds that may have been freed before.
template <typename T>
T held(const Value& value) {
  T handle = value.handle<T>();
  if (!handle) throw std::invalid_argument(value.name + ": expected one that is there, got one that was disposed of");
  return handle;
}

// A token, or none where it was left out.
TokenHandle tokenOf(const Value& value) { return value.isUndefined() ? TokenHandle() : value.handle<TokenHandle>(); }

// While there is one, its model's passes break off when the token says so.
class Interruptible {
 public:
  Interruptible(Model& model, const TokenHandle& token) : model_(model) {
    if (token && *token) throw Interrupted();
    model_.interruption = token;
  }
  ~Interruptible() { model_.interruption = nullptr; }

 private:
  Model& model_;
};

// Whether a model can be run on a data set: the same device, as many channels, a class for every label, images whose
// size its layers take.
void requireFit(const Session& s, const Dataset& data, bool training) {
  const ModelOptions& options = s.model.options();
  const auto refuse = [](const std::string& expected, const std::string& got) {
    throw std::invalid_argument("dataset: expected " + expected + ", got " + got);
  };
  if (!sameDevice(options.device, data.trainImages.device())) {
    refuse("one on the model's device " + options.device.str(), data.trainImages.device().str());
  }
  const int64_t channels = data.trainImages.size(3);
  if (channels != options.channels) {
    refuse("images of " + std::to_string(options.channels) + " channels", std::to_string(channels));
  }
  if (data.classes > options.classes) {
    refuse("labels below " + std::to_string(options.classes), std::to_string(data.classes - 1));
  }
  checkProgram(s.program, {1, channels, data.height, data.width}, options.classes, training);
}

// Whether an epoch's batches are there: `batches` of `batch` images.
void requireBatches(const Dataset& data, int64_t batches, int64_t batch) {
  const int64_t images = data.trainImages.size(0);
  if (batches > images / batch) {
    throw std::invalid_argument("expected at least " + text(static_cast<double>(batches) * static_cast<double>(batch)) +
                                " training images for " + std::to_string(batches) + " batches of " +
                                std::to_string(batch) + ", got a dataset of " + std::to_string(images));
  }
}

// info() → { torch, cuda, operators }: the last by their numbers, for `loadAddon` to compare with the table
napi_value info(const Call& call) {
  napi_value names;
  napi::check(call.env, napi_create_array(call.env, &names), "array");
  for (uint32_t i = 0; i < std::size(kOperators); ++i) {
    napi::check(call.env, napi_set_element(call.env, names, i, napi::string(call.env, kOperators[i].name)), "array");
  }
  return napi::object(call.env, {{"operators", names},
                                 {"torch", napi::string(call.env, NETSPACE_TORCH_VERSION)},
                                 {"cuda", napi::boolean(call.env, at::hasCUDA())}});
}

// A program as program.ts lays it out, from { program, inputs, reals, names, main }.
Program programOf(const Value& spec) {
  constexpr size_t kFields = 14;
  const auto codes = spec["program"].elements<int32_t>();
  const auto inputs = spec["inputs"].elements<int32_t>();
  const auto reals = spec["reals"].elements<double>();
  const auto names = spec["names"].strings();
  if (codes.size() != names.size() * kFields || reals.size() != names.size()) {
    throw std::invalid_argument("expected " + std::to_string(kFields) + " integers and a real number for each of " +
                                std::to_string(names.size()) + " names, got " + std::to_string(codes.size()) +
                                " integers and " + std::to_string(reals.size()) + " real numbers");
  }
  std::vector<Instruction> program;
  for (size_t i = 0; i < names.size(); ++i) {
    const int32_t* f = codes.data() + i * kFields;
    const int64_t first = f[1], count = f[2];
    if (first < 0 || count < 0 || first + count > static_cast<int64_t>(inputs.size())) {
      throw std::invalid_argument("layer \"" + names[i] + "\": expected inputs among " + std::to_string(inputs.size()) +
                                  ", got " + std::to_string(count) + " from " + std::to_string(first) + " on");
    }
    program.push_back({.op = static_cast<Op>(f[0]),
                       .inputs = {inputs.begin() + first, inputs.begin() + first + count},
                       .in = f[3],
                       .out = f[4],
                       .kernelHeight = f[5],
                       .kernelWidth = f[6],
                       .strideHeight = f[7],
                       .strideWidth = f[8],
                       .dilation = f[9],
                       .padding = static_cast<Padding>(f[10]),
                       .groups = f[11],
                       .offset = f[12],
                       .flag = f[13],
                       .rate = static_cast<float>(reals[i]),
                       .epsilon = reals[i],
                       .name = names[i]});
  }
  return {std::move(program), static_cast<size_t>(spec["main"].count())};
}

// createModel({ program, inputs, reals, names, main, size, classes, precision, device, seed, threads }) → Promise<model>;
// size: of images that it can be run on, pixels
napi_value createModel(const Call& call) {
  const Value spec = call(0, "network");
  Program program = programOf(spec);
  const Value precisionValue = spec["precision"];
  const std::string precision = precisionValue.string();
  if (precision != "float32" && precision != "bf16" && precision != "tf32" && precision != "float64") {
    precisionValue.fail("\"float32\", \"bf16\", \"tf32\" or \"float64\"");
  }
  const int64_t classes = spec["classes"].count();
  const int64_t channels = imageChannels(program.instructions, classes);
  const bool tf32 = precision == "tf32";
  const ModelOptions options{channels, classes, precision == "bf16", tf32, precision == "float64", deviceOf(spec["device"]),
                             static_cast<uint64_t>(spec["seed"].integer(0))};
  const int threads = threadsOf(spec["threads"]);
  const int64_t size = spec["size"].count();
  checkProgram(program, {1, channels, size, size}, classes, true);
  return napi::promise(call, [=, program = std::move(program)](const Notify&) -> Maker {
    const Scope scope(threads, options.device, tf32);
    auto handle = SessionHandle(new Session{program, Model(program, options), threads, tf32});
    return [handle](napi_env env) { return napi::handle<SessionHandle>(env, handle); };
  });
}

// createPath(store, { program, inputs, reals, names, main, size, seed }) → Promise<model>, whose weights are the store's of the same names;
// seed: of its chance of dropout, −1 for the store's
napi_value createPath(const Call& call) {
  const SessionHandle store = session(call(0, "store"));
  const Value spec = call(1, "network");
  Program program = programOf(spec);
  const ModelOptions& options = store->model.options();
  const int64_t size = spec["size"].count();
  checkProgram(program, {1, options.channels, size, size}, options.classes, true);
  const int64_t seed = spec["seed"].integer(-1);
  return napi::promise(call, [store, seed, program = std::move(program)](const Notify&) -> Maker {
    const Scope scope(*store);
    const auto own = seed < 0 ? std::nullopt : std::optional<uint64_t>(seed);
    auto handle = SessionHandle(new Session{program, Model(program, store->model, own), store->threads, store->tf32});
    return [handle](napi_env env) { return napi::handle<SessionHandle>(env, handle); };
  });
}

// dispose(model): frees its memory now rather than when collected
napi_value dispose(const Call& call) {
  call(0, "model").handle<SessionHandle>().reset();
  return napi::undefined(call.env);
}

// createToken() → token, for a call that may be broken off
napi_value createToken(const Call& call) {
  return napi::handle<TokenHandle>(call.env, std::make_shared<std::atomic<bool>>(false));
}

// breakOff(token): the call that has it is rejected at the next layer, or before it begins; without effect on one that is over
napi_value breakOff(const Call& call) {
  *call(0, "token").handle<TokenHandle>() = true;
  return napi::undefined(call.env);
}

// snapshot(model) → Promise<snapshot>: weights, running statistics and what the optimiser remembers
napi_value snapshot(const Call& call) {
  return napi::promise(call, [s = session(call(0, "model"))](const Notify&) -> Maker {
    const Scope scope(*s);
    const auto handle = std::make_shared<const Snapshot>(s->model.snapshot());
    return [handle](napi_env env) { return napi::handle<SnapshotHandle>(env, handle); };
  });
}

// rewind(model, snapshot) → Promise<void>
napi_value rewind(const Call& call) {
  return napi::promise(call, [s = session(call(0, "model")), at = held<SnapshotHandle>(call(1, "snapshot"))](const Notify&) -> Maker {
    const Scope scope(*s);
    s->model.rewind(*at);
    return {};
  });
}

// keepGradients(model) → Promise<{ gradients, norm }>: those of the last pass through its weights, which was this model's
napi_value keepGradients(const Call& call) {
  return napi::promise(call, [s = session(call(0, "model"))](const Notify&) -> Maker {
    const Scope scope(*s);
    const auto kept = std::make_shared<const KeptGradients>(s->model.keepGradients());
    return [kept](napi_env env) {
      return napi::object(env, {{"gradients", napi::handle<GradientsHandle>(env, kept)}, {"norm", napi::number(env, kept->norm)}});
    };
  });
}

// move(model, gradients, by) → Promise<void>: every weight += by · gradient
napi_value move(const Call& call) {
  return napi::promise(call, [s = session(call(0, "model")), gradients = held<GradientsHandle>(call(1, "gradients")),
                              by = call(2, "by").finite()](const Notify&) -> Maker {
    const Scope scope(*s);
    s->model.move(*gradients, by);
    return {};
  });
}

// disposeSnapshot(snapshot), disposeGradients(gradients): free memory now rather than when collected
napi_value disposeSnapshot(const Call& call) {
  call(0, "snapshot").handle<SnapshotHandle>().reset();
  return napi::undefined(call.env);
}
napi_value disposeGradients(const Call& call) {
  call(0, "gradients").handle<GradientsHandle>().reset();
  return napi::undefined(call.env);
}

// cancel(model): no further step is taken
napi_value cancel(const Call& call) {
  session(call(0, "model"))->model.cancelled = true;
  return napi::undefined(call.env);
}

// tensors(model) → [{ name, shape }]
napi_value tensors(const Call& call) {
  napi_env env = call.env;
  const auto all = session(call(0, "model"))->model.tensors();
  napi_value out;
  napi::check(env, napi_create_array(env, &out), "array");
  for (uint32_t i = 0; i < all.size(); ++i) {
    napi_value shape;
    napi::check(env, napi_create_array(env, &shape), "array");
    for (uint32_t k = 0; k < all[i].second.size(); ++k) {
      napi_set_element(env, shape, k, napi::number(env, static_cast<double>(all[i].second[k])));
    }
    napi_set_element(env, out, i,
                     napi::object(env, {{"name", napi::string(env, all[i].first)}, {"shape", shape}}));
  }
  return out;
}

// getTensor(model, name, gradient) → Promise<Float32Array>, row-major
napi_value getTensor(const Call& call) {
  return napi::promise(call, [s = session(call(0, "model")), name = call(1, "name").string(),
                              gradient = call(2, "gradient").boolean()](const Notify&) -> Maker {
    const Scope scope(*s);
    const at::Tensor host = toHost(s->model.tensor(name, gradient).to(at::kFloat));
    return [host](napi_env env) { return toArray(env, host); };
  });
}

// setTensor(model, name, values) → Promise<void>
napi_value setTensor(const Call& call) {
  const Value values = call(2, "values");
  const at::Tensor flat = copy<float>(values, {static_cast<int64_t>(values.array<float>().size)}, at::kFloat);
  return napi::promise(call, [s = session(call(0, "model")), name = call(1, "name").string(), flat](const Notify&) -> Maker {
    const Scope scope(*s);
    at::Tensor target = s->model.tensor(name, false);
    if (target.numel() != flat.numel()) {
      throw std::invalid_argument("\"" + name + "\" has " + std::to_string(target.numel()) + " values, got " +
                                  std::to_string(flat.numel()));
    }
    target.copy_(flat.view(target.sizes()));
    s->model.syncWeights();
    return {};
  });
}

// One of the names of an enumeration, by their numbers.
template <typename T, size_t N>
T oneOf(const Value& value, const char* const (&names)[N]) {
  const std::string name = value.string();
  std::string all;
  for (size_t i = 0; i < N; ++i) {
    if (name == names[i]) return static_cast<T>(i);
    all += std::string(i == 0 ? "\"" : i + 1 == N ? "\" or \"" : "\", \"") + names[i];
  }
  value.fail(all + "\"");
}

// getOptimiserState(model) → Promise<{ updated, optimiser, steps, each, second, averages }>
napi_value getOptimiserState(const Call& call) {
  return napi::promise(call, [s = session(call(0, "model"))](const Notify&) -> Maker {
    const Scope scope(*s);
    const OptimiserState state = s->model.optimiserState();
    return [state](napi_env env) {
      return napi::object(env, {{"updated", napi::boolean(env, state.updated)},
                                {"optimiser", napi::string(env, kOptimisers[static_cast<int>(state.optimiser)])},
                                {"steps", napi::number(env, static_cast<double>(state.steps))},
                                {"each", napi::array(env, state.each.data(), state.each.size())},
                                {"second", napi::boolean(env, state.second)},
                                {"averages", napi::boolean(env, state.averages)}});
    };
  });
}

// setOptimiserState(model, { updated, optimiser, steps, each, second, averages }) → Promise<void>: room for what setRemembered gives
napi_value setOptimiserState(const Call& call) {
  const Value given = call(1, "state");
  OptimiserState state;
  state.updated = given["updated"].boolean();
  state.optimiser = oneOf<Optimiser>(given["optimiser"], kOptimisers);
  // Adam counts in float32.
  state.steps = given["steps"].integer(0, int64_t{1} << 24);
  state.each = given["each"].elements<float>();
  for (size_t i = 0; i < state.each.size(); ++i) {
    const float steps = state.each[i];
    if (steps >= 0 && steps <= (1 << 24) && std::trunc(steps) == steps) continue;
    throw std::invalid_argument("each: expected integers from 0 to 16777216, got " + std::to_string(steps) + " at " +
                                std::to_string(i));
  }
  state.second = given["second"].boolean();
  state.averages = given["averages"].boolean();
  return napi::promise(call, [s = session(call(0, "model")), state](const Notify&) -> Maker {
    const Scope scope(*s);
    s->model.setOptimiserState(state);
    return {};
  });
}

// getRemembered(model, name, what) → Promise<Float32Array>, row-major
napi_value getRemembered(const Call& call) {
  return napi::promise(call, [s = session(call(0, "model")), name = call(1, "name").string(),
                              what = oneOf<Remembered>(call(2, "what"), kRemembered)](const Notify&) -> Maker {
    const Scope scope(*s);
    const at::Tensor host = toHost(s->model.remembered(name, what).to(at::kFloat));
    return [host](napi_env env) { return toArray(env, host); };
  });
}

// setRemembered(model, name, what, values) → Promise<void>
napi_value setRemembered(const Call& call) {
  const Value values = call(3, "values");
  const at::Tensor flat = copy<float>(values, {static_cast<int64_t>(values.array<float>().size)}, at::kFloat);
  return napi::promise(call, [s = session(call(0, "model")), name = call(1, "name").string(),
                              what = oneOf<Remembered>(call(2, "what"), kRemembered), flat](const Notify&) -> Maker {
    const Scope scope(*s);
    at::Tensor target = s->model.remembered(name, what);
    if (target.numel() != flat.numel()) {
      throw std::invalid_argument("\"" + name + "\" has " + std::to_string(target.numel()) + " values, got " +
                                  std::to_string(flat.numel()));
    }
    target.copy_(flat.view(target.sizes()));
    return {};
  });
}

// getDropoutState(model) → Promise<Uint8Array>
napi_value getDropoutState(const Call& call) {
  return napi::promise(call, [s = session(call(0, "model"))](const Notify&) -> Maker {
    return [state = s->model.dropoutState().contiguous()](napi_env env) {
      return napi::array(env, state.const_data_ptr<uint8_t>(), static_cast<size_t>(state.numel()));
    };
  });
}

// setDropoutState(model, state) → Promise<void>
napi_value setDropoutState(const Call& call) {
  const SessionHandle s = session(call(0, "model"));
  const Value given = call(1, "state");
  return napi::promise(call, [s, state = copy<uint8_t>(given, {static_cast<int64_t>(given.array<uint8_t>().size)}, at::kByte)](
                                 const Notify&) -> Maker {
    try {
      s->model.setDropoutState(state);
    } catch (const c10::Error&) {
      throw std::invalid_argument("state: expected what getDropoutState gave, got " + std::to_string(state.numel()) + " other bytes");
    }
    return {};
  });
}

void requireChannels(const Session& s, const char* argument, int64_t channels) {
  const int64_t expected = s.model.options().channels;
  if (channels == expected) return;
  throw std::invalid_argument(std::string(argument) + ": expected images of " + std::to_string(expected) +
                              " channels, got " + std::to_string(channels));
}

// Normalised images of shape [count, channels, height, width], of a size that the model can be run on.
at::Tensor imagesOf(const Value& images, const Value& shape, const Session& s, bool training) {
  const std::vector<int64_t> sizes = shape.counts();
  if (sizes.size() != 4) shape.fail("[count, channels, height, width]");
  const ModelOptions& options = s.model.options();
  requireChannels(s, "shape", sizes[1]);
  checkProgram(s.program, {sizes[0], sizes[1], sizes[2], sizes[3]}, options.classes, training);
  return copy<float>(images, sizes, at::kFloat);
}

// An integer in [0, classes) for each of `count` images.
at::Tensor labelsOf(const Value& value, int64_t count, int64_t classes) {
  const at::Tensor out = copy<int32_t>(value, {count}, at::kInt);
  const auto* labels = out.const_data_ptr<int32_t>();
  for (int64_t i = 0; i < count; ++i) {
    if (labels[i] < 0 || labels[i] >= classes) {
      throw std::invalid_argument(value.name + ": expected integers from 0 to " + std::to_string(classes - 1) + ", got " +
                                  std::to_string(labels[i]) + " at image " + std::to_string(i));
    }
  }
  return out;
}

// forward(model, images, shape, training, mixture, token?) → Promise<Float32Array> of logits; mixture: weights of weighted sums, as
// many as the program has
napi_value forward(const Call& call) {
  const SessionHandle s = session(call(0, "model"));
  const bool training = call(3, "training").boolean();
  return napi::promise(call, [s, images = imagesOf(call(1, "images"), call(2, "shape"), *s, training), training,
                              mixture = call(4, "mixture").elements<double>(),
                              token = tokenOf(call(5, "token"))](const Notify&) -> Maker {
    const Scope scope(*s);
    const Interruptible interruptible(s->model, token);
    s->model.setMixture(mixture);
    const at::Tensor host = toHost(s->model.forward(images, training ? Mode::Train : Mode::Evaluate).to(at::kFloat));
    return [host](napi_env env) { return toArray(env, host); };
  });
}

// probe(model, images, shape, { values, towards }) → Promise<{ logits, values, gradients, images }>: a pass in training mode, what
// the asked instructions made, by their places in the program, and, where `towards` is not empty, gradients of Σ towards ·
// logits with respect to every parameter, in the order of `tensors`, and to the images; float32, or double in float64
napi_value probe(const Call& call) {
  const SessionHandle s = session(call(0, "model"));
  const at::Tensor images = imagesOf(call(1, "images"), call(2, "shape"), *s, true);
  const Value o = call(3, "options");
  const Value valuesValue = o["values"];
  const auto wanted = valuesValue.elements<int32_t>();
  for (const int32_t instruction : wanted) {
    if (instruction < 0 || static_cast<size_t>(instruction) >= s->program.main) {
      valuesValue.fail("instructions of the network from 0 to " + std::to_string(s->program.main - 1));
    }
  }
  const Value towardsValue = o["towards"];
  const bool backward = towardsValue.array<float>().size > 0;
  const at::Tensor towards =
      backward ? copy<float>(towardsValue, {images.size(0), s->model.options().classes}, at::kFloat) : at::Tensor();
  return napi::promise(call, [s, images, wanted, towards](const Notify&) -> Maker {
    const Scope scope(*s);
    Model& model = s->model;
    const auto host = [&](const at::Tensor& t) { return toHost(t.to(model.storedType())); };
    model.weightGradients = true;
    const at::Tensor logits = host(model.probe(images));
    std::vector<at::Tensor> values, gradients;
    for (const int32_t instruction : wanted) values.push_back(host(model.value(instruction + 1)));
    at::Tensor imageGradient;
    if (towards.defined()) {
      model.backward(towards.to(model.options().device));
      for (const auto& [name, shape] : model.parameters()) gradients.push_back(host(model.tensor(name, true)));
      const at::Tensor own = model.imageGradient();
      imageGradient = own.defined() ? host(own) : at::empty(images.sizes(), model.storedType()).zero_();
    }
    return [=](napi_env env) {
      const auto list = [&](const std::vector<at::Tensor>& tensors) {
        napi_value out;
        napi::check(env, napi_create_array(env, &out), "array");
        for (uint32_t i = 0; i < tensors.size(); ++i) napi_set_element(env, out, i, toOwnArray(env, tensors[i]));
        return out;
      };
      return napi::object(env, {{"logits", toOwnArray(env, logits)},
                                {"values", list(values)},
                                {"gradients", list(gradients)},
                                {"images", imageGradient.defined() ? toOwnArray(env, imageGradient) : napi::undefined(env)}});
    };
  });
}

// What NativeUpdate of addon.ts has, and a learning rate.
Update updateOf(const Value& o, double learningRate) {
  Update update{learningRate, o["momentum"].fraction(),
                {o["weightDecay"].magnitude(), o["normWeightDecay"].magnitude(), o["biasWeightDecay"].magnitude()}};
  update.averageDecay = o["averageDecay"].fraction();
  update.optimiser = oneOf<Optimiser>(o["optimiser"], kOptimisers);
  update.nesterov = o["nesterov"].boolean();
  update.beta1 = o["beta1"].fraction();
  update.beta2 = o["beta2"].fraction();
  update.smoothing = o["smoothing"].fraction();
  const Value epsilon = o["epsilon"];
  update.epsilon = epsilon.magnitude();
  if (update.epsilon == 0) epsilon.fail("a finite number above 0");
  update.epsilonInsideRoot = o["epsilonInsideRoot"].boolean();
  update.clipNorm = o["clipNorm"].magnitude();
  return update;
}

double auxiliaryWeightOf(const Value& o, const Session& s) {
  const Value weight = o["auxiliaryWeight"];
  const double value = weight.magnitude();
  if (value > 0 && s.program.main == s.program.instructions.size()) weight.fail("0 for a model without an auxiliary head");
  return value;
}

Augmentation augmentationOf(const Value& o) {
  return {o["flip"].boolean(), o["cropArea"].share(), o["colour"].magnitude(), o["mixup"].magnitude(),
          o["cutout"].integer(0, napi::kMostCount)};
}

// step(model, images, shape, labels, { learningRate, update's, labelSmoothing, auxiliaryWeight, others, share, dropoutSeed, update, mixture, weightGradients, mixtureGradients },
// token?) → Promise<{ loss, unusable }>; unusable: "loss" or a parameter, where that is not finite and nothing was updated, else
// "". `others`: a second label each, of which the first has the share; empty for none.
// `dropoutSeed` −1 goes on with the masks' stream. `mixture`: as in `forward`.
napi_value step(const Call& call) {
  const SessionHandle s = session(call(0, "model"));
  const Value o = call(4, "options");
  const int64_t classes = s->model.options().classes;
  const at::Tensor images = imagesOf(call(1, "images"), call(2, "shape"), *s, true);
  const int64_t count = images.size(0);
  Target target{labelsOf(call(3, "labels"), count, classes), {}, {}, o["labelSmoothing"].fraction()};
  const Value weightsValue = o["weightGradients"];
  const bool weights = weightsValue.boolean();
  if (!weights && o["update"].boolean()) weightsValue.fail("true with an update");
  const Value others = o["others"];
  if (others.array<int32_t>().size > 0) {
    target.others = labelsOf(others, count, classes);
    target.share = at::empty({}, at::kFloat).fill_(o["share"].share());
  }
  return napi::promise(call, [s, images, target, options = updateOf(o, o["learningRate"].magnitude()),
                              weight = auxiliaryWeightOf(o, *s), seed = o["dropoutSeed"].integer(-1),
                              update = o["update"].boolean(),
                              mixture = o["mixture"].elements<double>(), weights = weights, sums = o["mixtureGradients"].boolean(),
                              token = tokenOf(call(5, "token"))](const Notify&) -> Maker {
    const Scope scope(*s);
    const Interruptible interruptible(s->model, token);
    s->model.setMixture(mixture);
    s->model.weightGradients = weights;
    s->model.mixtureGradients = sums;
    if (seed >= 0) s->model.seedDropout(static_cast<uint64_t>(seed));
    const StepResult result = trainStep(s->model, images, target, options, weight, update);
    return [result](napi_env env) {
      return napi::object(env, {{"loss", napi::number(env, result.loss)}, {"unusable", napi::string(env, result.unusable)}});
    };
  });
}

// recalibrateOn(model, [{ images, shape }], mixture, token?) → Promise<void>: running statistics over these batches alone
napi_value recalibrateOn(const Call& call) {
  const SessionHandle s = session(call(0, "model"));
  const Value given = call(1, "batches");
  const uint32_t count = given.length();
  if (count == 0) given.fail("a list of at least one batch");
  std::vector<at::Tensor> batches;
  for (uint32_t i = 0; i < count; ++i) {
    const Value batch = given.at(i);
    batches.push_back(imagesOf(batch["images"], batch["shape"], *s, false));
  }
  return napi::promise(call, [s, batches = std::move(batches), mixture = call(2, "mixture").elements<double>(),
                              token = tokenOf(call(3, "token"))](const Notify&) -> Maker {
    const Scope scope(*s);
    const Interruptible interruptible(s->model, token);
    s->model.setMixture(mixture);
    s->model.recalibrate(batches);
    return {};
  });
}

// mixtureGradient(model) → Promise<Float64Array>: of the last step, with respect to its mixture
napi_value mixtureGradient(const Call& call) {
  return napi::promise(call, [s = session(call(0, "model"))](const Notify&) -> Maker {
    return [gradient = s->model.mixtureGradient()](napi_env env) {
      return napi::array(env, gradient.data(), gradient.size());
    };
  });
}

// createDataset({ trainImages, trainLabels, testImages, testLabels, channels, resolution, mean, std, padding,
// device, threads }) → Promise<dataset>
napi_value createDataset(const Call& call) {
  const Value spec = call(0, "dataset");
  const int64_t channels = spec["channels"].count(), resolution = spec["resolution"].count();
  const auto split = [&](const char* images, const char* labels) {
    const auto n = static_cast<int64_t>(spec[labels].array<int32_t>().size);
    if (n < 1) throw std::invalid_argument(std::string(labels) + ": expected at least one image, got none");
    return std::pair(copy<uint8_t>(spec[images], {n, channels, resolution, resolution}, at::kByte),
                     labelsOf(spec[labels], n, napi::kMostCount));
  };
  const auto train = split("trainImages", "trainLabels");
  const auto test = split("testImages", "testLabels");
  const auto statistic = [&](const char* key, bool positive) {
    const at::Tensor out = copy<float>(spec[key], {channels}, at::kFloat);
    const auto* values = out.const_data_ptr<float>();
    for (int64_t c = 0; c < channels; ++c) {
      if (!std::isfinite(values[c]) || (positive && !(values[c] > 0))) {
        throw std::invalid_argument(std::string(key) + ": expected finite " + (positive ? "numbers above 0" : "numbers") +
                                    ", got " + std::to_string(values[c]) + " for channel " + std::to_string(c));
      }
    }
    return out;
  };
  const at::Tensor mean = statistic("mean", false), std = statistic("std", true);
  // A crop that may lie in the border alone shows nothing of the image.
  const int64_t padding = spec["padding"].integer(0, resolution - 1);
  const at::Device device = deviceOf(spec["device"]);
  const int threads = threadsOf(spec["threads"]);
  return napi::promise(call, [=](const Notify&) -> Maker {
    const Scope scope(threads, device);
    const DatasetHandle handle = std::make_shared<const Dataset>(
        Dataset::upload(train.first, train.second, test.first, test.second, mean, std, padding, device));
    return [handle](napi_env env) { return napi::handle<DatasetHandle>(env, handle); };
  });
}

// epoch(model, dataset, { learningRates, dropPathScales, update's, augmentation's, batch, labelSmoothing, auxiliaryWeight, seed },
// onSteps?) →
// Promise<{ losses, wrong, divergedAt, cancelled, seconds }>; onSteps(first step, losses) comes a few times a second
napi_value epoch(const Call& call) {
  const SessionHandle s = session(call(0, "model"));
  const DatasetHandle data = call(1, "dataset").handle<DatasetHandle>();
  const Value o = call(2, "options");
  EpochOptions options{o["learningRates"].elements<double>(),
                       o["dropPathScales"].elements<double>(),
                       {updateOf(o, 0), o["labelSmoothing"].fraction(), auxiliaryWeightOf(o, *s), 0},
                       o["batch"].count(),
                       augmentationOf(o),
                       static_cast<uint64_t>(o["seed"].integer(0)),
                       {}};
  options.step.cutout = options.augmentation.cutout;
  const std::vector<double>& rates = options.learningRates;
  for (size_t i = 0; i < rates.size(); ++i) {
    if (!std::isfinite(rates[i]) || rates[i] < 0) {
      throw std::invalid_argument("learningRates: expected finite numbers of at least 0, got " + std::to_string(rates[i]) +
                                  " at step " + std::to_string(i));
    }
  }
  if (rates.empty()) throw std::invalid_argument("learningRates: expected at least one, got none");
  const std::vector<double>& scales = options.dropPathScales;
  if (!scales.empty() && scales.size() != rates.size()) {
    throw std::invalid_argument("dropPathScales: expected none, or one for each of " + std::to_string(rates.size()) +
                                " learning rates, got " + std::to_string(scales.size()));
  }
  for (size_t i = 0; i < scales.size(); ++i) {
    if (!(scales[i] >= 0 && scales[i] <= 1)) {
      throw std::invalid_argument("dropPathScales: expected numbers in [0, 1], got " + std::to_string(scales[i]) +
                                  " at step " + std::to_string(i));
    }
  }
  requireFit(*s, *data, true);
  requireBatches(*data, static_cast<int64_t>(rates.size()), options.batch);
  napi_ref listener = nullptr;
  const Value onSteps = call(3, "onSteps");
  if (!onSteps.isUndefined()) {
    onSteps.requireFunction();
    napi::check(call.env, napi_create_reference(call.env, onSteps.value, 1, &listener), "listener");
  }
  const auto work = [s, data, options = std::move(options), listener](const Notify& notify) -> Maker {
    const Scope scope(*s);
    using Clock = std::chrono::steady_clock;
    auto last = Clock::now();
    std::vector<float> fresh;
    int64_t first = 0;
    const auto flush = [&] {
      if (fresh.empty()) return;
      notify([listener, first, losses = std::move(fresh)](napi_env env) {
        napi_value callback, global;
        napi::check(env, napi_get_reference_value(env, listener, &callback), "listener");
        napi::check(env, napi_get_global(env, &global), "global");
        const napi_value values[] = {napi::number(env, static_cast<double>(first)),
                                     napi::array(env, losses.data(), losses.size())};
        napi::check(env, napi_call_function(env, global, callback, 2, values, nullptr), "listener");
      });
      fresh.clear();
      last = Clock::now();
    };
    EpochOptions run = options;
    if (listener) {
      run.onStep = [&](int64_t step, float loss) {
        if (fresh.empty()) first = step;
        fresh.push_back(loss);
        if (Clock::now() - last > std::chrono::milliseconds(100)) flush();
      };
    }
    const EpochResult result = trainEpoch(s->model, *data, run);
    flush();
    return [result](napi_env env) {
      return napi::object(env, {{"losses", napi::array(env, result.losses.data(), result.losses.size())},
                                {"wrong", napi::number(env, static_cast<double>(result.wrong))},
                                {"divergedAt", napi::number(env, static_cast<double>(result.divergedAt))},
                                {"cancelled", napi::boolean(env, result.cancelled)},
                                {"seconds", napi::number(env, result.seconds)}});
    };
  };
  return napi::promise(call, work, listener);
}

// countErrors(model, dataset, batch) → Promise<number>; −1 if cancelled, −2 if outputs are not finite
napi_value countErrors(const Call& call) {
  const SessionHandle s = session(call(0, "model"));
  const DatasetHandle data = call(1, "dataset").handle<DatasetHandle>();
  requireFit(*s, *data, false);
  return napi::promise(call, [s, data, batch = call(2, "batch").count()](const Notify&) -> Maker {
    const Scope scope(*s);
    const int64_t wrong = netspace::countErrors(s->model, *data, batch);
    return [wrong](napi_env env) { return napi::number(env, static_cast<double>(wrong)); };
  });
}

// trainBatch(dataset, { augmentation's, batch, step, steps, seed }) → Promise<{ images, labels, others, share }>: what an
// epoch of that seed trains on in that 0-based step; images row-major [batch, C, H, W], `others` empty without mixup
napi_value trainBatch(const Call& call) {
  const DatasetHandle data = call(0, "dataset").handle<DatasetHandle>();
  const Value o = call(1, "options");
  const int64_t batch = o["batch"].count(), steps = o["steps"].count(), step = o["step"].integer(0, steps - 1);
  requireBatches(*data, steps, batch);
  return napi::promise(call, [data, augmentation = augmentationOf(o), batch, steps, step,
                              seed = static_cast<uint64_t>(o["seed"].integer(0))](const Notify&) -> Maker {
    const Scope scope(1, data->trainImages.device());
    const Choices choices = drawEpoch(*data, augmentation, steps, seed);
    const TrainBatch drawn = netspace::trainBatch(*data, choices.step(step, batch), augmentation.cutout, at::kFloat);
    const auto integers = [](const at::Tensor& t) { return t.defined() ? toHost(t.to(at::kInt)) : at::Tensor(); };
    return [images = toHost(drawn.images), labels = integers(drawn.target.labels),
            others = integers(drawn.target.others),
            share = drawn.target.share.defined() ? drawn.target.share.item<double>() : 1.0](napi_env env) {
      const auto ints = [env](const at::Tensor& t) {
        return t.defined() ? napi::array(env, t.const_data_ptr<int32_t>(), static_cast<size_t>(t.numel()))
                           : napi::array<int32_t>(env, nullptr, 0);
      };
      return napi::object(env, {{"images", toArray(env, images)},
                                {"labels", ints(labels)},
                                {"others", ints(others)},
                                {"share", napi::number(env, share)}});
    };
  });
}

// recalibrate(model, dataset, { augmentation's, batch, batches, seed }) → Promise<boolean>; false if cancelled
napi_value recalibrate(const Call& call) {
  const SessionHandle s = session(call(0, "model"));
  const DatasetHandle data = call(1, "dataset").handle<DatasetHandle>();
  const Value o = call(2, "options");
  const int64_t batch = o["batch"].count(), batches = o["batches"].count();
  requireFit(*s, *data, false);
  requireBatches(*data, batches, batch);
  return napi::promise(call, [s, data, augmentation = augmentationOf(o), batch, batches,
                              seed = static_cast<uint64_t>(o["seed"].integer(0))](const Notify&) -> Maker {
    const Scope scope(*s);
    const bool done = netspace::recalibrate(s->model, *data, augmentation, batch, batches, seed);
    return [done](napi_env env) { return napi::boolean(env, done); };
  });
}

// exchangeAverages(model) → Promise<void>: weights and running statistics for their moving averages, or back
napi_value exchangeAverages(const Call& call) {
  return napi::promise(call, [s = session(call(0, "model"))](const Notify&) -> Maker {
    const Scope scope(*s);
    s->model.exchangeAverages();
    return {};
  });
}

// time(model, { batch, channels, resolution, warmUp, runs, training }) → Promise<Float64Array> of seconds
napi_value time(const Call& call) {
  constexpr int64_t kMostRuns = 1'000'000;  // no call asks for more, and one that does would not end
  const SessionHandle s = session(call(0, "model"));
  const Value o = call(1, "options");
  const TimingOptions options{o["batch"].count(),
                              o["channels"].count(),
                              o["resolution"].count(),
                              o["warmUp"].integer(0, kMostRuns),
                              o["runs"].integer(0, kMostRuns),
                              o["training"].boolean()};
  requireChannels(*s, "channels", options.channels);
  checkProgram(s->program, {options.batch, options.channels, options.resolution, options.resolution},
               s->model.options().classes, options.training);
  return napi::promise(call, [s, options](const Notify&) -> Maker {
    const Scope scope(*s);
    const std::vector<double> seconds = timeModel(s->model, options);
    return [seconds](napi_env env) { return napi::array(env, seconds.data(), seconds.size()); };
  });
}

// limitMemory(device, bytes): what tensors may take from now on; 0 for all there is. Restarts the count of the peak.
napi_value limitMemory(const Call& call) {
  const at::Device device = deviceOf(call(0, "device"));
  netspace::limitMemory(device, static_cast<size_t>(call(1, "bytes").integer(0)));
  resetPeakMemory(device);
  return napi::undefined(call.env);
}

// peakMemory(device) → bytes since `limitMemory`; 0 where unknown
napi_value peakMemory(const Call& call) {
  return napi::number(call.env, static_cast<double>(netspace::peakMemory(deviceOf(call(0, "device")))));
}

// stop(): drops what this thread of JavaScript has queued, waits for the step under way if it is this thread's, and
// takes no more. For its end: Node's own clean-up hooks run after, or beside, the destructors of libtorch's statics,
// which a running step still uses.
napi_value stop(const Call& call) {
  Worker::instance().stop(call.owner);
  return napi::undefined(call.env);
}

// trimCache(device): gives memory that no tensor uses back to the system; see device.h
napi_value trimCache(const Call& call) {
  trimCaches(deviceOf(call(0, "device")));
  return napi::undefined(call.env);
}

using Function = napi_value (*)(const Call&);

// Node-API's calling convention around `F`, which takes up to Call::kArguments values.
template <Function F>
napi_value bound(napi_env env, napi_callback_info callInfo) {
  Call call{env, "netspace", nullptr, {}};
  try {
    size_t count = Call::kArguments;
    void *name = nullptr, *owner = nullptr;
    napi::check(env, napi_get_cb_info(env, callInfo, &count, call.arguments, nullptr, &name), "arguments");
    napi::check(env, napi_get_instance_data(env, &owner), "owner");
    call.name = static_cast<const char*>(name);
    call.owner = *static_cast<std::shared_ptr<Owner>*>(owner);
    countHere(call.owner->account);
    return F(call);
  } catch (...) {
    napi::throwCurrent(env, call.name);
  }
  return nullptr;
}

// `known`: the name of the function that users call and see in errors, where it is another.
template <Function F>
void define(napi_env env, napi_value exports, const char* name, const char* known = nullptr) {
  napi_value function;
  void* data = const_cast<char*>(known ? known : name);
  napi::check(env, napi_create_function(env, name, NAPI_AUTO_LENGTH, bound<F>, data, &function), name);
  napi::check(env, napi_set_named_property(env, exports, name, function), name);
}

}  // namespace

void initialise(napi_env env, napi_value exports) {
  // Where a processor lacks what NNPACK wants, libtorch tries it again at each convolution, and each try warns.
  at::globalContext().setUserEnabledNNPACK(false);
  static const bool once = (installAllocator(), true);
  (void)once;
  using Held = std::shared_ptr<Owner>;
  const Held owner = std::make_shared<Owner>();
  napi::check(env,
              napi_set_instance_data(
                  env, new Held(owner), [](napi_env, void* data, void*) { delete static_cast<Held*>(data); }, nullptr),
              "owner");
  // For threads of JavaScript that end before the process does; process exit is the loader's, see `stop`.
  const auto end = [](void* data) {
    const std::unique_ptr<Held> held(static_cast<Held*>(data));
    Worker::instance().stop(*held);
  };
  napi::check(env, napi_add_env_cleanup_hook(env, end, new Held(owner)), "clean-up");
  define<info>(env, exports, "info");
  define<createModel>(env, exports, "createModel", "Model.create");
  define<createPath>(env, exports, "createPath", "Model.path");
  define<createToken>(env, exports, "createToken");
  define<breakOff>(env, exports, "breakOff");
  define<snapshot>(env, exports, "snapshot", "Model.snapshot");
  define<rewind>(env, exports, "rewind", "Model.rewind");
  define<disposeSnapshot>(env, exports, "disposeSnapshot", "Model.snapshot");
  define<keepGradients>(env, exports, "keepGradients", "Model.keepGradients");
  define<move>(env, exports, "move", "Model.move");
  define<disposeGradients>(env, exports, "disposeGradients", "Model.keepGradients");
  define<getDropoutState>(env, exports, "getDropoutState", "Model.state");
  define<setDropoutState>(env, exports, "setDropoutState", "Model.restoreState");
  define<dispose>(env, exports, "dispose", "Model.dispose");
  define<cancel>(env, exports, "cancel");
  define<tensors>(env, exports, "tensors", "Model.tensors");
  define<getTensor>(env, exports, "getTensor", "Model.get");
  define<setTensor>(env, exports, "setTensor", "Model.set");
  define<getOptimiserState>(env, exports, "getOptimiserState", "Model.checkpoint");
  define<setOptimiserState>(env, exports, "setOptimiserState", "Model.restore");
  define<getRemembered>(env, exports, "getRemembered", "Model.checkpoint");
  define<setRemembered>(env, exports, "setRemembered", "Model.restore");
  define<forward>(env, exports, "forward", "Model.forward");
  define<probe>(env, exports, "probe", "Model.probe");
  define<step>(env, exports, "step", "Model.step");
  define<recalibrateOn>(env, exports, "recalibrateOn", "Model.recalibrate");
  define<mixtureGradient>(env, exports, "mixtureGradient", "Model.mixtureGradients");
  define<createDataset>(env, exports, "createDataset");
  define<epoch>(env, exports, "epoch");
  define<trainBatch>(env, exports, "trainBatch");
  define<recalibrate>(env, exports, "recalibrate");
  define<exchangeAverages>(env, exports, "exchangeAverages", "Model.exchangeAverages");
  define<countErrors>(env, exports, "countErrors");
  define<time>(env, exports, "time", "Model.time");
  define<limitMemory>(env, exports, "limitMemory");
  define<peakMemory>(env, exports, "peakMemory");
  define<trimCache>(env, exports, "trimCache");
  define<stop>(env, exports, "stop");
}

}  // namespace netspace

NAPI_MODULE_INIT() {
  try {
    netspace::initialise(env, exports);
  } catch (...) {
    // A thread that is ended while it loads this: Node-API refuses each call.
    netspace::napi::throwCurrent(env, "netspace");
    return nullptr;
  }
  return exports;
}
