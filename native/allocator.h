// A caching allocator for the feature maps of CPU training.
//
// torch's own CPU allocator is malloc, which returns blocks of megabytes to the operating system; a training
// step asks for the same hundred blocks again and again, and page faults cost more than the arithmetic on them.
//
// It also counts: the most that a training held is part of its result, and a limit turns what the operating system
// would end the process for into an error that a training can report.
#pragma once

#include <cstddef>

namespace netspace {

// Makes every CPU tensor of this process use the cache. Once, before the first tensor.
void installAllocator();

// Gives unused blocks back to the operating system, largest first, until at most `kept` bytes of them are left.
void trimAllocatorCache(size_t kept);

// Bytes that CPU tensors may hold together; an allocation beyond throws c10::OutOfMemoryError. 0 is no limit.
void limitAllocator(size_t bytes);

// The most bytes that CPU tensors held at once since `resetAllocatorPeak`.
size_t allocatorPeak();
void resetAllocatorPeak();

}  // namespace netspace
