// See worker.h.
#include "worker.h"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace netspace {

struct Worker::State {
  std::mutex mutex;
  std::condition_variable wake, idle;
  std::deque<std::function<void()>> jobs;
  bool busy = false;
  std::atomic<bool> stopping{false};
};

Worker& Worker::instance() {
  static auto* worker = new Worker();
  return *worker;
}

Worker::Worker() : state_(new State()) {
  std::thread([state = state_] {
    for (;;) {
      std::unique_lock lock(state->mutex);
      state->busy = false;
      state->idle.notify_all();
      state->wake.wait(lock, [&] { return !state->jobs.empty(); });
      state->busy = true;
      const auto job = std::move(state->jobs.front());
      state->jobs.pop_front();
      lock.unlock();
      job();
    }
  }).detach();
}

void Worker::post(std::function<void()> job) {
  const std::lock_guard lock(state_->mutex);
  state_->jobs.push_back(std::move(job));
  state_->wake.notify_one();
}

void Worker::stop() {
  std::unique_lock lock(state_->mutex);
  state_->stopping = true;
  state_->jobs.clear();
  state_->idle.wait(lock, [&] { return !state_->busy; });
  state_->stopping = false;
}

bool Worker::stopping() const { return state_->stopping; }

}  // namespace netspace
