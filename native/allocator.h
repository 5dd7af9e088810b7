// A caching allocator for the feature maps of CPU training.
//
// torch's own CPU allocator is malloc, which returns blocks of megabytes to the operating system; a training
// step asks for the same hundred blocks again and again, and page faults cost more than the arithmetic on them.
#pragma once

namespace netspace {

// Makes every CPU tensor of this process use the cache. Once, before the first tensor.
void installAllocator();

// Gives unused blocks back to the operating system.
void emptyAllocatorCache();

}  // namespace netspace
