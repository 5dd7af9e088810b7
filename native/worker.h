// The one native thread on which every tensor operation runs, so that JavaScript stays responsive and the
// operators' thread pool (which OpenMP keeps for each calling thread) exists once.
#pragma once

#include <functional>

namespace netspace {

class Worker {
 public:
  static Worker& instance();

  // Runs `job` after those posted before it. A job must not throw.
  void post(std::function<void()> job);

  // Drops the jobs not yet begun and waits for the one that runs. For process exit; `stopping` tells long jobs.
  void stop();
  bool stopping() const;

 private:
  Worker();
  struct State;
  State* state_;  // never destroyed: the thread may outlive static destruction
};

}  // namespace netspace
