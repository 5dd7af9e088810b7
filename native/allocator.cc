// See allocator.h. Blocks at or above kCached bytes are rounded up to one of eight sizes an octave and kept, ordered by
// size; a request takes the smallest that is not twice too large, so that the next network finds the memory of the last.
// Smaller ones go to malloc, which serves them from memory it keeps.
#include "allocator.h"

#include <c10/core/Allocator.h>
#include <c10/core/CPUAllocator.h>
#include <c10/util/Exception.h>
#include <sys/mman.h>
#include <unistd.h>

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
  Account* account;  // on which it is counted
};
static_assert(sizeof(Header) <= kHeader);

// Beyond every machine; sums of a few such sizes still fit.
constexpr size_t kMost = size_t{1} << 60;

// The worker's, for its operators' threads; and the calling thread's own, for threads of JavaScript.
std::atomic<Account*> shared{nullptr};
thread_local Account* own = nullptr;

class CachingAllocator final : public c10::Allocator {
 public:
  c10::DataPtr allocate(size_t bytes) override {
    if (bytes == 0) return {nullptr, nullptr, &release, c10::Device(c10::DeviceType::CPU)};
    if (bytes > kMost) tell(currentAccount(), bytes, "no machine has as much");
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
    Account& account = currentAccount();
    const size_t total = account.held += size;
    const size_t limit = account.limit;
    const size_t whole = all_ += size;
    if (limit != 0 && total > limit) refuse(account, size, "the limit is " + std::to_string(limit >> 20) + " MiB");
    // Several owners, each within its limit, may together ask for more than there is.
    if (limit != 0 && whole > machine()) refuse(account, size, "other threads of this process hold the rest");
    Header* block = size >= kCached ? cached(size) : nullptr;
    if (!block) {
      // What lies unused counts for the operating system, too.
      if (limit != 0 && total + idle_ > limit) trim(0);
      const size_t rounded = capacity(size);
      block = fresh(rounded);
      if (!block) {
        trim(0);
        block = fresh(rounded);
      }
      if (!block) refuse(account, size, "the system has no more");
      block->size = rounded;
    }
    block->requested = size;
    block->account = &account;
    for (size_t known = account.peak; total > known && !account.peak.compare_exchange_weak(known, total);) {
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

  [[noreturn]] void refuse(Account& account, size_t size, const std::string& reason) {
    account.held -= size;
    all_ -= size;
    tell(account, size, reason);
  }

  [[noreturn]] static void tell(const Account& account, size_t size, const std::string& reason) {
    TORCH_CHECK_WITH(OutOfMemoryError, false, "out of memory: asked for ", size >> 10, " KiB beside the ",
                     account.held >> 20, " MiB in use; ", reason);
  }

  static size_t machine() {
    static const size_t bytes = static_cast<size_t>(sysconf(_SC_PHYS_PAGES)) * static_cast<size_t>(sysconf(_SC_PAGESIZE));
    return bytes;
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
    block->account->held -= block->requested;
    all_ -= block->requested;
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
  std::atomic<size_t> all_{0};   // bytes in use, on all accounts

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

void account(Account* account) {
  own = account;
  shared = account;
}

void countHere(Account& account) { own = &account; }

Account& currentAccount() {
  // Of tensors that nobody's job makes, such as those of libtorch's own start.
  static auto* rest = new Account();
  if (own) return *own;
  Account* running = shared;
  return running ? *running : *rest;
}

}  // namespace netspace
