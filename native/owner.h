// Whoever uses the addon: one thread of JavaScript, of which a process may have several. What belongs to one of them is
// kept here, so that the others do not notice when it sets a limit, counts its memory, or ends.
#pragma once

#include <atomic>

#include "allocator.h"

namespace netspace {

struct Owner {
  // Set for good when the thread ends: its jobs are dropped, and the one that runs breaks off.
  std::atomic<bool> stopping{false};
  // Never freed: blocks of memory may outlive the thread that asked for them.
  Account& account = *new Account();
};

}  // namespace netspace
