// See worker.h.
#include "worker.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

namespace netspace {

struct Worker::State {
  struct Entry {
    std::shared_ptr<Owner> owner;
    Job job;
  };
  std::mutex mutex;
  std::condition_variable wake, idle;
  std::deque<Entry> entries;
  std::shared_ptr<Owner> running;  // changed by the worker's thread alone
};

Worker& Worker::instance() {
  static auto* worker = new Worker();
  return *worker;
}

Worker::Worker() : state_(new State()) {
  std::thread([state = state_] {
    for (;;) {
      State::Entry entry;
      {
        std::unique_lock lock(state->mutex);
        state->wake.wait(lock, [&] { return !state->entries.empty(); });
        entry = std::move(state->entries.front());
        state->entries.pop_front();
        state->running = entry.owner;
      }
      account(&entry.owner->account);
      entry.job.run();
      // What the job holds goes before its owner is told that it has ended.
      entry.job = {};
      account(nullptr);
      const std::lock_guard lock(state->mutex);
      state->running = nullptr;
      state->idle.notify_all();
    }
  }).detach();
}

void Worker::post(std::shared_ptr<Owner> owner, Job job) {
  {
    const std::lock_guard lock(state_->mutex);
    if (!owner->stopping) {
      state_->entries.push_back({std::move(owner), std::move(job)});
      state_->wake.notify_one();
      return;
    }
  }
  job.drop();
}

void Worker::stop(const std::shared_ptr<Owner>& owner) {
  std::vector<State::Entry> dropped;
  {
    std::unique_lock lock(state_->mutex);
    owner->stopping = true;
    const auto own = std::stable_partition(state_->entries.begin(), state_->entries.end(),
                                           [&](const State::Entry& e) { return e.owner != owner; });
    std::move(own, state_->entries.end(), std::back_inserter(dropped));
    state_->entries.erase(own, state_->entries.end());
    state_->idle.wait(lock, [&] { return state_->running != owner; });
  }
  for (const State::Entry& entry : dropped) entry.job.drop();
}

bool Worker::stopping() const { return state_->running && state_->running->stopping; }

}  // namespace netspace
