// See allocator.h. Blocks at or above kCached bytes are rounded up to one of eight sizes an octave and kept in a
// free list a size; smaller ones go to malloc, which serves them from memory it keeps.
#include "allocator.h"

#include <c10/core/Allocator.h>
#include <c10/core/CPUAllocator.h>
#include <c10/util/Exception.h>
#include <sys/mman.h>

#include <atomic>
#include <bit>
#include <cstdlib>
#include <mutex>
#include <unordered_map>
#include <vector>

namespace netspace {
namespace {

constexpr size_t kHeader = 64;  // also the alignment of what is handed out
constexpr size_t kCached = size_t{16} << 10;
constexpr size_t kHugePage = size_t{2} << 20;

class CachingAllocator final : public c10::Allocator {
 public:
  c10::DataPtr allocate(size_t bytes) override {
    if (bytes == 0) return {nullptr, nullptr, &release, c10::Device(c10::DeviceType::CPU)};
    void* block = take(roundUp(bytes + kHeader));
    void* data = static_cast<char*>(block) + kHeader;
    return {data, data, &release, c10::Device(c10::DeviceType::CPU)};
  }
  c10::DeleterFnPtr raw_deleter() const override { return &release; }
  void copy_data(void* to, const void* from, std::size_t bytes) const override {
    default_copy_data(to, from, bytes);
  }

  void clear() {
    const std::lock_guard lock(mutex_);
    for (auto& [size, blocks] : free_) {
      for (void* block : blocks) std::free(block);
    }
    free_.clear();
    idle_ = 0;
  }

  std::atomic<size_t> held{0}, peak{0}, limit{0};

 private:
  static size_t roundUp(size_t bytes) {
    if (bytes < kCached) return bytes;
    const size_t step = std::bit_floor(bytes) / 8;
    return (bytes + step - 1) / step * step;
  }

  void* take(size_t size) {
    const size_t total = held += size;
    if (limit != 0 && total > limit) refuse(size, "the limit is " + std::to_string(limit >> 20) + " MiB");
    void* block = size >= kCached ? cached(size) : nullptr;
    if (!block) {
      // What lies unused counts for the operating system, too.
      if (limit != 0 && total + idle_ > limit) clear();
      block = fresh(size);
      if (!block) {
        clear();
        block = fresh(size);
      }
      if (!block) refuse(size, "the system has no more");
      *static_cast<size_t*>(block) = size;
    }
    for (size_t known = peak; total > known && !peak.compare_exchange_weak(known, total);) {
    }
    return block;
  }

  void* cached(size_t size) {
    const std::lock_guard lock(mutex_);
    auto& blocks = free_[size];
    if (blocks.empty()) return nullptr;
    void* block = blocks.back();
    blocks.pop_back();
    idle_ -= size;
    return block;
  }

  [[noreturn]] void refuse(size_t size, const std::string& reason) {
    held -= size;
    TORCH_CHECK_WITH(OutOfMemoryError, false, "out of memory: asked for ", size >> 10, " KiB beside the ",
                     held >> 20, " MiB in use; ", reason);
  }

  static void* fresh(size_t size) {
    const bool huge = size >= kHugePage;
    void* block = nullptr;
    if (posix_memalign(&block, huge ? kHugePage : kHeader, size) != 0) return nullptr;
    if (huge) madvise(block, size, MADV_HUGEPAGE);  // only a hint: its failure changes nothing
    return block;
  }

  static void release(void* data) {
    if (!data) return;
    void* block = static_cast<char*>(data) - kHeader;
    instance().give(block, *static_cast<size_t*>(block));
  }

  void give(void* block, size_t size) {
    held -= size;
    if (size < kCached) {
      std::free(block);
      return;
    }
    const std::lock_guard lock(mutex_);
    free_[size].push_back(block);
    idle_ += size;
  }

  std::mutex mutex_;
  std::unordered_map<size_t, std::vector<void*>> free_;
  std::atomic<size_t> idle_{0};  // bytes in free_

 public:
  // Never destroyed: tensors may outlive static destruction.
  static CachingAllocator& instance() {
    static auto* allocator = new CachingAllocator();
    return *allocator;
  }
};

}  // namespace

void installAllocator() { c10::SetCPUAllocator(&CachingAllocator::instance(), 1); }

void emptyAllocatorCache() { CachingAllocator::instance().clear(); }

void limitAllocator(size_t bytes) { CachingAllocator::instance().limit = bytes; }

size_t allocatorPeak() { return CachingAllocator::instance().peak; }

void resetAllocatorPeak() {
  auto& allocator = CachingAllocator::instance();
  allocator.peak = allocator.held.load();
}

}  // namespace netspace
