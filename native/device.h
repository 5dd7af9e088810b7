// What differs between devices: memory counts and limits, waiting for work, recorded graphs, arithmetic of float32.
//
// Only torch's own device-independent interfaces are used, so that one build serves CPU and CUDA and needs no CUDA
// headers. A torch that lacks one of them does without: see each function.
#pragma once

#include <ATen/core/Tensor.h>

#include <functional>
#include <memory>

namespace netspace {

// Memory that the current account's tensors on the device may hold, bytes; 0 for all there is. Beyond it
// c10::OutOfMemoryError is thrown: on a CPU by the allocation itself, elsewhere by the next `checkMemory`.
void limitMemory(at::Device device, size_t bytes);
void checkMemory(at::Device device);

// The most that tensors on the device held at once since `resetPeakMemory`, bytes; 0 where torch cannot tell. Those of
// the current account on a CPU; elsewhere torch counts the whole process's.
size_t peakMemory(at::Device device);
void resetPeakMemory(at::Device device);

// Gives cached memory of the device back to the system, and all but 256 MiB of the CPU's.
void trimCaches(at::Device device);

// Waits until all work on the device is done.
void synchronize(at::Device device);

// Whether float32 convolutions and matrix products may round their factors to tf32. Nothing on a CPU.
void allowTf32(bool allowed);

// A recorded sequence of operations on one device, replayed with the overhead of one launch.
//
// What it reads and writes must stay where it was while recording, and nothing in it may wait for the device.
class Graph {
 public:
  // Whether this torch can record on this device. Never on a CPU.
  static bool supported(at::Device device);

  // Records `work` without running it, on a stream of its own.
  Graph(at::Device device, const std::function<void()>& work);
  ~Graph();
  void replay();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Runs the operations of a scope on a stream of its own, which recording asks for; all work of a device is done on it.
class StreamScope {
 public:
  explicit StreamScope(at::Device device);
  ~StreamScope();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace netspace
