// See device.h.
#include "device.h"

#include <ATen/Context.h>
#include <ATen/ops/zeros.h>
#include <c10/core/StreamGuard.h>
#include <c10/core/impl/VirtualGuardImpl.h>
#include <c10/util/Exception.h>

// Memory counts of any device: torch 2.9 and newer.
#if __has_include(<c10/core/CachingDeviceAllocator.h>)
#include <c10/core/CachingDeviceAllocator.h>
#define HAS_DEVICE_ALLOCATOR 1
#else
#define HAS_DEVICE_ALLOCATOR 0
#endif

// Recorded graphs: of any device from torch 2.12 on; before that CUDA's own, for which the build needs CUDA's headers.
#if __has_include(<ATen/accelerator/Graph.h>)
#include <ATen/DeviceAccelerator.h>
#include <ATen/accelerator/Graph.h>
#define HAS_GRAPHS 1
namespace netspace {
namespace {
using RecordedGraph = at::accelerator::Graph;
constexpr auto kThreadLocal = at::GraphCaptureMode::ThreadLocal;
bool recordsOn(at::Device device) { return at::has_graph_impl(device.type()); }
}  // namespace
}  // namespace netspace
#elif defined(NETSPACE_CUDA_GRAPHS)
#include <ATen/cuda/CUDAGraph.h>
#define HAS_GRAPHS 1
namespace netspace {
namespace {
using RecordedGraph = at::cuda::CUDAGraph;
constexpr auto kThreadLocal = cudaStreamCaptureModeThreadLocal;
bool recordsOn(at::Device device) { return device.is_cuda(); }
}  // namespace
}  // namespace netspace
#else
#define HAS_GRAPHS 0
#endif

#include <unordered_map>

#include "allocator.h"

namespace netspace {
namespace {

#if HAS_DEVICE_ALLOCATOR
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
#if HAS_DEVICE_ALLOCATOR
  const size_t limit = currentAccount().deviceLimit;
  if (device.is_cpu() || limit == 0) return;
  const size_t held = peakBytes(device);
  TORCH_CHECK_WITH(OutOfMemoryError, held <= limit, "out of memory: ", held >> 20, " MiB were in use on ",
                   device.str(), "; the limit is ", limit >> 20, " MiB");
#endif
}

size_t peakMemory(at::Device device) {
  if (device.is_cpu()) return currentAccount().peak;
#if HAS_DEVICE_ALLOCATOR
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
#if HAS_DEVICE_ALLOCATOR
  if (auto* allocator = allocatorOf(device)) allocator->resetPeakStats(indexOf(device));
#endif
}

void trimCaches(at::Device device) {
  // The next training of this process would fault the same memory in again, which costs more than its first step; a
  // notebook's process need not hold on to more.
  constexpr size_t kKept = size_t{256} << 20;
  trimAllocatorCache(kKept);
#if HAS_DEVICE_ALLOCATOR
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

#if HAS_GRAPHS
struct Graph::State {
  RecordedGraph graph;
};

bool Graph::supported(at::Device device) { return !device.is_cpu() && recordsOn(device); }

Graph::Graph(at::Device device, const std::function<void()>& work) : state_(new State()) {
  synchronize(device);
  // A recording has memory of its own; what the steps before it left in the cache cannot be freed while it lasts.
  trimCaches(device);
  // What other threads of this process do with the card (there is one of ours) does not end the recording.
  state_->graph.capture_begin({0, 0}, kThreadLocal);
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
