// A caching allocator for the feature maps of CPU training.
//
// torch's own CPU allocator is malloc, which returns blocks of megabytes to the operating system; a training
// step asks for the same hundred blocks again and again, and page faults cost more than the arithmetic on them.
//
// It also counts, each owner's tensors apart: the most that a training held is part of its result, and a limit turns
// what the operating system would end the process for into an error that a training can report.
#pragma once

#include <atomic>
#include <cstddef>

namespace netspace {

// Makes every CPU tensor of this process use the cache. Once, before the first tensor.
void installAllocator();

// Gives unused blocks back to the operating system, largest first, until at most `kept` bytes of them are left.
void trimAllocatorCache(size_t kept);

// What the tensors of one owner hold, bytes.
struct Account {
  std::atomic<size_t> held{0};
  std::atomic<size_t> peak{0};   // the most held at once since `peak` was last set to `held`
  std::atomic<size_t> limit{0};  // an allocation beyond throws c10::OutOfMemoryError; 0 is no limit
  std::atomic<size_t> deviceLimit{0};  // the same of memory that is not the CPU's; see device.h
};

// For the worker: counts on this account from now on what the calling thread allocates, and what the operators' own
// threads do. Null ends that.
void account(Account* account);

// For a thread of JavaScript: counts on this account from now on what the calling thread alone allocates.
void countHere(Account& account);

// The account of what runs, by this thread or for it.
Account& currentAccount();

}  // namespace netspace
