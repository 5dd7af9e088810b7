// See device.h.
#include "device.h"

#include <ATen/Context.h>
#include <ATen/ops/zeros.h>
#include <c10/core/StreamGuard.h>
#include <c10/core/impl/VirtualGuardImpl.h>
#include <c10/util/Exception.h>

#if __has_include(<ATen/accelerator/Graph.h>)
#include <ATen/DeviceAccelerator.h>
#define HAS_ACCELERATOR_GRAPHS 1
#else
#define HAS_ACCELERATOR_GRAPHS 0
#endif

#include <unordered_map>

#include "allocator.h"

namespace netspace {
namespace {

#if HAS_ACCELERATOR_GRAPHS
// The device's allocator, or null before the first tensor: until then CUDA's refuses every question ("did you call
// init?"), and there is nothing to count or to free.
c10::DeviceAllocator* allocatorOf(at::Device device) {
  auto* allocator = at::getDeviceAllocator(device.type());
  return allocator->initialized() ? allocator : nullptr;
}

c10::DeviceIndex indexOf(at::Device device) { return device.has_index() ? device.index() : c10::DeviceIndex{0}; }

// The most that tensors held at once, bytes.
size_t peakBytes(at::Device device) {
  constexpr auto kAll = static_cast<size_t>(c10::CachingAllocator::StatType::AGGREGATE);
  auto* allocator = allocatorOf(device);
  if (!allocator) return 0;
  return static_cast<size_t>(allocator->getDeviceStats(indexOf(device)).allocated_bytes[kAll].peak);
}
#endif

}  // namespace

void limitMemory(at::Device device, size_t bytes) {
  (device.is_cpu() ? currentAccount().limit : currentAccount().deviceLimit) = bytes;
}

void checkMemory(at::Device device) {
#if HAS_ACCELERATOR_GRAPHS
  const size_t limit = currentAccount().deviceLimit;
  if (device.is_cpu() || limit == 0) return;
  const size_t held = peakBytes(device);
  TORCH_CHECK_WITH(OutOfMemoryError, held <= limit, "out of memory: ", held >> 20, " MiB were in use on ",
                   device.str(), "; the limit is ", limit >> 20, " MiB");
#endif
}

size_t peakMemory(at::Device device) {
  if (device.is_cpu()) return currentAccount().peak;
#if HAS_ACCELERATOR_GRAPHS
  return peakBytes(device);
#else
  return 0;
#endif
}

void resetPeakMemory(at::Device device) {
  if (device.is_cpu()) {
    currentAccount().peak = currentAccount().held.load();
    return;
  }
#if HAS_ACCELERATOR_GRAPHS
  if (auto* allocator = allocatorOf(device)) allocator->resetPeakStats(indexOf(device));
#endif
}

void trimCaches(at::Device device) {
  // The next training of this process would fault the same memory in again, which costs more than its first step; a
  // notebook's process need not hold on to more.
  constexpr size_t kKept = size_t{256} << 20;
  trimAllocatorCache(kKept);
#if HAS_ACCELERATOR_GRAPHS
  if (device.is_cpu()) return;
  if (auto* allocator = allocatorOf(device)) allocator->emptyCache();
#endif
}

void synchronize(at::Device device) {
  // All work of a device is on one stream, so that a value read from its end waits for everything before.
  if (!device.is_cpu()) at::zeros({1}, at::TensorOptions(at::kFloat).device(device)).item<float>();
}

void allowTf32(bool allowed) {
  if (!at::hasCUDA()) return;
  at::globalContext().setAllowTF32CuDNN(allowed);
  at::globalContext().setAllowTF32CuBLAS(allowed);
}

struct StreamScope::State {
  c10::StreamGuard guard;
};

StreamScope::StreamScope(at::Device device) {
  if (device.is_cpu()) return;
  const c10::impl::VirtualGuardImpl guard(device.type());
  const at::Device place(device.type(), device.has_index() ? device.index() : guard.getDevice().index());
  // One stream a device for the life of the process: memory cached for one stream serves no other.
  static std::unordered_map<int, c10::Stream> streams;
  const auto known = streams.find(place.index());
  const c10::Stream stream =
      known != streams.end() ? known->second
                             : streams.emplace(place.index(), guard.getStreamFromGlobalPool(place)).first->second;
  state_.reset(new State{c10::StreamGuard(stream)});
}

StreamScope::~StreamScope() = default;

#if HAS_ACCELERATOR_GRAPHS
struct Graph::State {
  at::accelerator::Graph graph;
};

bool Graph::supported(at::Device device) { return !device.is_cpu() && at::has_graph_impl(device.type()); }

Graph::Graph(at::Device device, const std::function<void()>& work) : state_(new State()) {
  synchronize(device);
  // A recording has memory of its own; what the steps before it left in the cache cannot be freed while it lasts.
  if (auto* allocator = allocatorOf(device)) allocator->emptyCache();
  // What other threads of this process do with the card (there is one of ours) does not end the recording.
  state_->graph.capture_begin({0, 0}, at::GraphCaptureMode::ThreadLocal);
  try {
    work();
  } catch (...) {
    try {
      state_->graph.capture_end();
    } catch (const c10::Error&) {
      // A broken recording cannot be ended properly; what broke it is the error to tell.
    }
    throw;
  }
  state_->graph.capture_end();
}

void Graph::replay() { state_->graph.replay(); }
#else
struct Graph::State {};
bool Graph::supported(at::Device) { return false; }
Graph::Graph(at::Device, const std::function<void()>&) {}
void Graph::replay() {}
#endif
Graph::~Graph() = default;

}  // namespace netspace
