// See allocator.h. Blocks at or above kCached bytes are rounded up to one of eight sizes an octave and kept, ordered by
// size; a request takes the smallest that is not twice too large, so that the next network finds the memory of the last.
// Smaller ones go to malloc, which serves them from memory it keeps.
#include "allocator.h"

#include <c10/core/Allocator.h>
#include <c10/core/CPUAllocator.h>
#include <c10/util/Exception.h>
#include <sys/mman.h>

#include <atomic>
#include <bit>
#include <cstdlib>
#include <iterator>
#include <map>
#include <mutex>
#include <string>

namespace netspace {
namespace {

constexpr size_t kHeader = 64;  // also the alignment of what is handed out
constexpr size_t kCached = size_t{16} << 10;
constexpr size_t kHugePage = size_t{2} << 20;

// Before the data of every block.
struct Header {
  size_t size;       // of the block
  size_t requested;  // as counted: a larger block than needed is no need of the training's
};

class CachingAllocator final : public c10::Allocator {
 public:
  c10::DataPtr allocate(size_t bytes) override {
    if (bytes == 0) return {nullptr, nullptr, &release, c10::Device(c10::DeviceType::CPU)};
    Header* block = take(roundUp(bytes + kHeader));
    void* data = reinterpret_cast<char*>(block) + kHeader;
    return {data, data, &release, c10::Device(c10::DeviceType::CPU)};
  }
  c10::DeleterFnPtr raw_deleter() const override { return &release; }
  void copy_data(void* to, const void* from, std::size_t bytes) const override {
    default_copy_data(to, from, bytes);
  }

  void trim(size_t kept) {
    const std::lock_guard lock(mutex_);
    while (idle_ > kept && !free_.empty()) {
      const auto largest = std::prev(free_.end());
      idle_ -= largest->first;
      std::free(largest->second);
      free_.erase(largest);
    }
  }

  std::atomic<size_t> held{0}, peak{0}, limit{0};

 private:
  static size_t roundUp(size_t bytes) {
    if (bytes < kCached) return bytes;
    const size_t step = std::bit_floor(bytes) / 8;
    return (bytes + step - 1) / step * step;
  }

  // Of a new block. Blocks of some megabytes are powers of two, so that most serve the next network as well: what of
  // them is never touched costs nothing, while memory that is new to the process costs up to 3 ms a megabyte.
  static size_t capacity(size_t size) {
    constexpr size_t kLarge = size_t{64} << 20;
    return size >= kHugePage && size <= kLarge ? std::bit_ceil(size) : size;
  }

  Header* take(size_t size) {
    const size_t total = held += size;
    if (limit != 0 && total > limit) refuse(size, "the limit is " + std::to_string(limit >> 20) + " MiB");
    Header* block = size >= kCached ? cached(size) : nullptr;
    if (!block) {
      // What lies unused counts for the operating system, too.
      if (limit != 0 && total + idle_ > limit) trim(0);
      const size_t whole = capacity(size);
      block = fresh(whole);
      if (!block) {
        trim(0);
        block = fresh(whole);
      }
      if (!block) refuse(size, "the system has no more");
      block->size = whole;
    }
    block->requested = size;
    for (size_t known = peak; total > known && !peak.compare_exchange_weak(known, total);) {
    }
    return block;
  }

  Header* cached(size_t size) {
    const std::lock_guard lock(mutex_);
    const auto fitting = free_.lower_bound(size);
    if (fitting == free_.end() || fitting->first > 2 * size) return nullptr;
    Header* block = fitting->second;
    idle_ -= fitting->first;
    free_.erase(fitting);
    return block;
  }

  [[noreturn]] void refuse(size_t size, const std::string& reason) {
    held -= size;
    TORCH_CHECK_WITH(OutOfMemoryError, false, "out of memory: asked for ", size >> 10, " KiB beside the ",
                     held >> 20, " MiB in use; ", reason);
  }

  static Header* fresh(size_t size) {
    const bool huge = size >= kHugePage;
    void* block = nullptr;
    if (posix_memalign(&block, huge ? kHugePage : kHeader, size) != 0) return nullptr;
    if (huge) madvise(block, size, MADV_HUGEPAGE);  // only a hint: its failure changes nothing
    return static_cast<Header*>(block);
  }

  static void release(void* data) {
    if (data) instance().give(reinterpret_cast<Header*>(static_cast<char*>(data) - kHeader));
  }

  void give(Header* block) {
    held -= block->requested;
    if (block->size < kCached) {
      std::free(block);
      return;
    }
    const std::lock_guard lock(mutex_);
    // Before its equals: the block given back last is the one most likely still in a cache.
    free_.emplace_hint(free_.lower_bound(block->size), block->size, block);
    idle_ += block->size;
  }

  std::mutex mutex_;
  std::multimap<size_t, Header*> free_;
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

void trimAllocatorCache(size_t kept) { CachingAllocator::instance().trim(kept); }

void limitAllocator(size_t bytes) { CachingAllocator::instance().limit = bytes; }

size_t allocatorPeak() { return CachingAllocator::instance().peak; }

void resetAllocatorPeak() {
  auto& allocator = CachingAllocator::instance();
  allocator.peak = allocator.held.load();
}

}  // namespace netspace
