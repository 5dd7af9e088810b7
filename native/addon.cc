// What JavaScript sees of libtorch: handles of models and data sets, and promises of what is done with them.
//
// The one caller is src/training/engines/torch/, which validates arguments, names parameters and keeps the
// schedule; nothing here knows of recipes or design spaces.
#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>
#include <c10/core/InferenceMode.h>

#include <chrono>

#include "allocator.h"
#include "data.h"
#include "device.h"
#include "model.h"
#include "napi.h"
#include "trainer.h"
#include "worker.h"

namespace netspace {
namespace {

using napi::Maker;
using napi::Notify;
using napi::Value;

struct Session {
  Model model;
  int threads;
  bool tf32;
};
using SessionHandle = std::shared_ptr<Session>;
using DatasetHandle = std::shared_ptr<Dataset>;

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

template <typename T>
at::Tensor copy(napi::Span<T> span, std::vector<int64_t> shape, at::ScalarType type) {
  at::Tensor out = at::empty(shape, type);
  if (static_cast<size_t>(out.numel()) != span.size) {
    throw std::invalid_argument("expected an array of " + std::to_string(out.numel()) + " elements, got " +
                                std::to_string(span.size));
  }
  std::copy_n(span.data, span.size, static_cast<T*>(out.mutable_data_ptr()));
  return out;
}

napi_value toArray(napi_env env, const at::Tensor& t) {
  return napi::array(env, t.const_data_ptr<float>(), static_cast<size_t>(t.numel()));
}

at::Tensor toHost(const at::Tensor& t) { return t.cpu().contiguous().clone(at::MemoryFormat::Contiguous); }

SessionHandle session(const Value& value) {
  SessionHandle handle = value.handle<SessionHandle>();
  if (!handle) throw std::invalid_argument("the model was disposed of");
  return handle;
}

// info() → { torch, cuda }
napi_value info(napi_env env, const std::vector<Value>&) {
  return napi::object(env, {{"torch", napi::string(env, NETSPACE_TORCH_VERSION)},
                            {"cuda", napi::boolean(env, at::hasCUDA())}});
}

// createModel({ program, rates, names, classes, precision, device, seed, threads }) → Promise<model>
napi_value createModel(napi_env env, const std::vector<Value>& args) {
  constexpr size_t kFields = 9;  // as program.ts lays an instruction out
  const Value& spec = args[0];
  const auto codes = spec["program"].array<int32_t>();
  const auto rates = spec["rates"].array<float>();
  const auto names = spec["names"].strings();
  if (codes.size != names.size() * kFields || rates.size != names.size()) throw std::invalid_argument("createModel: malformed program");
  std::vector<Instruction> program;
  for (size_t i = 0; i < names.size(); ++i) {
    const int32_t* f = codes.data + i * kFields;
    program.push_back({static_cast<Op>(f[0]), {f[1], f[2]}, f[3], f[4], f[5], f[6], f[7], f[8], rates.data[i], names[i]});
  }
  const std::string precision = spec["precision"].string();
  const ModelOptions options{spec["classes"].integer(), precision == "bf16",
                             at::Device(spec["device"].string()),
                             static_cast<uint64_t>(spec["seed"].integer())};
  const int threads = static_cast<int>(spec["threads"].integer());
  const bool tf32 = precision == "tf32";
  return napi::promise(env, [=, program = std::move(program)](const Notify&) -> Maker {
    const Scope scope(threads, options.device, tf32);
    auto handle = SessionHandle(new Session{Model(program, options), threads, tf32});
    return [handle](napi_env env) { return napi::external<SessionHandle>(env, handle); };
  });
}

// dispose(model): frees its memory now rather than when collected
napi_value dispose(napi_env env, const std::vector<Value>& args) {
  args[0].handle<SessionHandle>().reset();
  return napi::undefined(env);
}

// cancel(model): no further step is taken
napi_value cancel(napi_env env, const std::vector<Value>& args) {
  session(args[0])->model.cancelled = true;
  return napi::undefined(env);
}

// tensors(model) → [{ name, shape }]
napi_value tensors(napi_env env, const std::vector<Value>& args) {
  const auto all = session(args[0])->model.tensors();
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
napi_value getTensor(napi_env env, const std::vector<Value>& args) {
  return napi::promise(env, [s = session(args[0]), name = args[1].string(),
                             gradient = args[2].boolean()](const Notify&) -> Maker {
    const Scope scope(*s);
    const at::Tensor host = toHost(s->model.tensor(name, gradient));
    return [host](napi_env env) { return toArray(env, host); };
  });
}

// setTensor(model, name, values) → Promise<void>
napi_value setTensor(napi_env env, const std::vector<Value>& args) {
  const auto values = args[2].array<float>();
  const at::Tensor flat = copy(values, {static_cast<int64_t>(values.size)}, at::kFloat);
  return napi::promise(env, [s = session(args[0]), name = args[1].string(), flat](const Notify&) -> Maker {
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

at::Tensor imagesOf(const Value& values, const Value& shape) {
  const auto sizes = shape.array<int32_t>();
  return copy(values.array<float>(), std::vector<int64_t>(sizes.data, sizes.data + sizes.size), at::kFloat);
}

// forward(model, images, shape, training) → Promise<Float32Array> of logits
napi_value forward(napi_env env, const std::vector<Value>& args) {
  return napi::promise(env, [s = session(args[0]), images = imagesOf(args[1], args[2]),
                             training = args[3].boolean()](const Notify&) -> Maker {
    const Scope scope(*s);
    const at::Tensor host = toHost(s->model.forward(images, training ? Mode::Train : Mode::Evaluate));
    return [host](napi_env env) { return toArray(env, host); };
  });
}

// { momentum, weightDecay, normWeightDecay, biasWeightDecay, averageDecay } and a learning rate
Update updateOf(const Value& o, double learningRate) {
  const Decay decay{o["weightDecay"].number(), o["normWeightDecay"].number(), o["biasWeightDecay"].number()};
  return {learningRate, o["momentum"].number(), decay, o["averageDecay"].number()};
}

Augmentation augmentationOf(const Value& o) {
  return {o["flip"].boolean(), o["cropArea"].number(), o["colour"].number(), o["mixup"].number()};
}

// step(model, images, shape, labels, { learningRate, update's, labelSmoothing, others, share, dropoutSeed, update })
// → Promise<number>. `others`: a second label each, of which the first has the share; empty for none.
// `dropoutSeed` −1 goes on with the masks' stream.
napi_value step(napi_env env, const std::vector<Value>& args) {
  const auto labels = args[3].array<int32_t>();
  const Value& o = args[4];
  const auto others = o["others"].array<int32_t>();
  Target target{copy(labels, {static_cast<int64_t>(labels.size)}, at::kInt), {}, {}, o["labelSmoothing"].number()};
  if (others.size > 0) {
    target.others = copy(others, {static_cast<int64_t>(labels.size)}, at::kInt);
    target.share = at::empty({}, at::kFloat).fill_(o["share"].number());
  }
  return napi::promise(env, [s = session(args[0]), images = imagesOf(args[1], args[2]), target,
                             options = updateOf(o, o["learningRate"].number()), seed = o["dropoutSeed"].integer(),
                             update = o["update"].boolean()](const Notify&) -> Maker {
    const Scope scope(*s);
    if (seed >= 0) s->model.seedDropout(static_cast<uint64_t>(seed));
    const float loss = trainStep(s->model, images, target, options, update);
    return [loss](napi_env env) { return napi::number(env, loss); };
  });
}

// createDataset({ trainImages, trainLabels, testImages, testLabels, channels, resolution, mean, std, padding,
// device, threads }) → Promise<dataset>
napi_value createDataset(napi_env env, const std::vector<Value>& args) {
  const Value& spec = args[0];
  const int64_t channels = spec["channels"].integer(), resolution = spec["resolution"].integer();
  const auto split = [&](const char* images, const char* labels) {
    const auto target = spec[labels].array<int32_t>();
    const auto n = static_cast<int64_t>(target.size);
    return std::pair(copy(spec[images].array<uint8_t>(), {n, channels, resolution, resolution}, at::kByte),
                     copy(target, {n}, at::kInt));
  };
  const auto train = split("trainImages", "trainLabels");
  const auto test = split("testImages", "testLabels");
  const at::Tensor mean = copy(spec["mean"].array<float>(), {channels}, at::kFloat);
  const at::Tensor std = copy(spec["std"].array<float>(), {channels}, at::kFloat);
  const int64_t padding = spec["padding"].integer();
  const at::Device device(spec["device"].string());
  const int threads = static_cast<int>(spec["threads"].integer());
  return napi::promise(env, [=](const Notify&) -> Maker {
    const Scope scope(threads, device);
    auto handle = std::make_shared<Dataset>(Dataset::upload(train.first, train.second, test.first, test.second,
                                                            mean, std, padding, device));
    return [handle](napi_env env) { return napi::external<DatasetHandle>(env, handle); };
  });
}

// epoch(model, dataset, { learningRates, update's, augmentation's, batch, labelSmoothing, seed }, onSteps?) →
// Promise<{ losses, wrong, divergedAt, cancelled, seconds }>; onSteps(first step, losses) comes a few times a second
napi_value epoch(napi_env env, const std::vector<Value>& args) {
  const Value& o = args[2];
  const auto rates = o["learningRates"].array<double>();
  EpochOptions options{{rates.data, rates.data + rates.size},
                       updateOf(o, 0),
                       o["batch"].integer(),
                       o["labelSmoothing"].number(),
                       augmentationOf(o),
                       static_cast<uint64_t>(o["seed"].integer()),
                       {}};
  napi_ref listener = nullptr;
  if (!args[3].isUndefined()) {
    napi::check(env, napi_create_reference(env, args[3].value, 1, &listener), "listener");
  }
  return napi::promise(env, [s = session(args[0]), data = args[1].handle<DatasetHandle>(),
                             options = std::move(options), listener](const Notify& notify) -> Maker {
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
        napi_call_function(env, global, callback, 2, values, nullptr);
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
    return [result, listener](napi_env env) {
      if (listener) napi_delete_reference(env, listener);
      return napi::object(env, {{"losses", napi::array(env, result.losses.data(), result.losses.size())},
                                {"wrong", napi::number(env, static_cast<double>(result.wrong))},
                                {"divergedAt", napi::number(env, static_cast<double>(result.divergedAt))},
                                {"cancelled", napi::boolean(env, result.cancelled)},
                                {"seconds", napi::number(env, result.seconds)}});
    };
  });
}

// countErrors(model, dataset, batch) → Promise<number>; −1 if cancelled, −2 if outputs are not finite
napi_value countErrors(napi_env env, const std::vector<Value>& args) {
  return napi::promise(env, [s = session(args[0]), data = args[1].handle<DatasetHandle>(),
                             batch = args[2].integer()](const Notify&) -> Maker {
    const Scope scope(*s);
    const int64_t wrong = netspace::countErrors(s->model, *data, batch);
    return [wrong](napi_env env) { return napi::number(env, static_cast<double>(wrong)); };
  });
}

// trainBatch(dataset, { augmentation's, batch, step, steps, seed }) → Promise<{ images, labels, others, share }>: what an
// epoch of that seed trains on in that 0-based step; images row-major [batch, C, H, W], `others` empty without mixup
napi_value trainBatch(napi_env env, const std::vector<Value>& args) {
  const Value& o = args[1];
  return napi::promise(env, [data = args[0].handle<DatasetHandle>(), augmentation = augmentationOf(o),
                             batch = o["batch"].integer(), step = o["step"].integer(), steps = o["steps"].integer(),
                             seed = static_cast<uint64_t>(o["seed"].integer())](const Notify&) -> Maker {
    const Scope scope(1, data->trainImages.device());
    const Choices choices = drawEpoch(*data, augmentation, steps, seed);
    const TrainBatch drawn = netspace::trainBatch(*data, choices.step(step, batch), at::kFloat);
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
napi_value recalibrate(napi_env env, const std::vector<Value>& args) {
  const Value& o = args[2];
  return napi::promise(env, [s = session(args[0]), data = args[1].handle<DatasetHandle>(),
                             augmentation = augmentationOf(o), batch = o["batch"].integer(),
                             batches = o["batches"].integer(),
                             seed = static_cast<uint64_t>(o["seed"].integer())](const Notify&) -> Maker {
    const Scope scope(*s);
    const bool done = netspace::recalibrate(s->model, *data, augmentation, batch, batches, seed);
    return [done](napi_env env) { return napi::boolean(env, done); };
  });
}

// exchangeAverages(model) → Promise<void>: weights and running statistics for their moving averages, or back
napi_value exchangeAverages(napi_env env, const std::vector<Value>& args) {
  return napi::promise(env, [s = session(args[0])](const Notify&) -> Maker {
    const Scope scope(*s);
    s->model.exchangeAverages();
    return {};
  });
}

// time(model, { batch, channels, resolution, warmUp, runs, training }) → Promise<Float64Array> of seconds
napi_value time(napi_env env, const std::vector<Value>& args) {
  const Value& o = args[1];
  const TimingOptions options{o["batch"].integer(),  o["channels"].integer(), o["resolution"].integer(),
                              o["warmUp"].integer(), o["runs"].integer(),     o["training"].boolean()};
  return napi::promise(env, [s = session(args[0]), options](const Notify&) -> Maker {
    const Scope scope(*s);
    const std::vector<double> seconds = timeModel(s->model, options);
    return [seconds](napi_env env) { return napi::array(env, seconds.data(), seconds.size()); };
  });
}

// limitMemory(device, bytes): what tensors may take from now on; 0 for all there is. Restarts the count of the peak.
napi_value limitMemory(napi_env env, const std::vector<Value>& args) {
  const at::Device device(args[0].string());
  netspace::limitMemory(device, static_cast<size_t>(args[1].integer()));
  resetPeakMemory(device);
  return napi::undefined(env);
}

// peakMemory(device) → bytes since `limitMemory`; 0 where unknown
napi_value peakMemory(napi_env env, const std::vector<Value>& args) {
  return napi::number(env, static_cast<double>(netspace::peakMemory(at::Device(args[0].string()))));
}

// stop(): drops what is queued and waits for the step under way. For process exit: Node's own clean-up hooks run
// after, or beside, the destructors of libtorch's statics, which a running step still uses.
napi_value stop(napi_env env, const std::vector<Value>&) {
  Worker::instance().stop();
  return napi::undefined(env);
}

// trimCache(device): gives memory that no tensor uses back to the system; see device.h
napi_value trimCache(napi_env env, const std::vector<Value>& args) {
  trimCaches(at::Device(args[0].string()));
  return napi::undefined(env);
}

using Function = napi_value (*)(napi_env, const std::vector<Value>&);

// Node-API's calling convention around `F`, which takes up to `kArguments` values (undefined where not given).
template <Function F>
napi_value bound(napi_env env, napi_callback_info callInfo) {
  constexpr size_t kArguments = 5;
  try {
    size_t count = kArguments;
    napi_value raw[kArguments];
    napi::check(env, napi_get_cb_info(env, callInfo, &count, raw, nullptr, nullptr), "arguments");
    std::vector<Value> args;
    for (const napi_value value : raw) args.push_back({env, value});
    return F(env, args);
  } catch (const c10::Error& error) {
    napi_throw_error(env, "NETSPACE_TORCH", error.what_without_backtrace());
  } catch (const std::exception& error) {
    napi_throw_error(env, "NETSPACE_TORCH", error.what());
  }
  return nullptr;
}

template <Function F>
void define(napi_env env, napi_value exports, const char* name) {
  napi_value function;
  napi::check(env, napi_create_function(env, name, NAPI_AUTO_LENGTH, bound<F>, nullptr, &function), name);
  napi::check(env, napi_set_named_property(env, exports, name, function), name);
}

}  // namespace

napi_value initialise(napi_env env, napi_value exports) {
  static const bool once = (installAllocator(), true);
  (void)once;
  // For threads of JavaScript that end before the process does; process exit is the loader's, see `stop`.
  napi_add_env_cleanup_hook(env, [](void*) { Worker::instance().stop(); }, nullptr);
  define<info>(env, exports, "info");
  define<createModel>(env, exports, "createModel");
  define<dispose>(env, exports, "dispose");
  define<cancel>(env, exports, "cancel");
  define<tensors>(env, exports, "tensors");
  define<getTensor>(env, exports, "getTensor");
  define<setTensor>(env, exports, "setTensor");
  define<forward>(env, exports, "forward");
  define<step>(env, exports, "step");
  define<createDataset>(env, exports, "createDataset");
  define<epoch>(env, exports, "epoch");
  define<trainBatch>(env, exports, "trainBatch");
  define<recalibrate>(env, exports, "recalibrate");
  define<exchangeAverages>(env, exports, "exchangeAverages");
  define<countErrors>(env, exports, "countErrors");
  define<time>(env, exports, "time");
  define<limitMemory>(env, exports, "limitMemory");
  define<peakMemory>(env, exports, "peakMemory");
  define<trimCache>(env, exports, "trimCache");
  define<stop>(env, exports, "stop");
  return exports;
}

}  // namespace netspace

NAPI_MODULE_INIT() { return netspace::initialise(env, exports); }
