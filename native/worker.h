// The one native thread on which every tensor operation runs, so that JavaScript stays responsive and the
// operators' thread pool (which OpenMP keeps for each calling thread) exists once.
#pragma once

#include <functional>
#include <memory>

#include "owner.h"

namespace netspace {

// Neither function may throw.
struct Job {
  std::function<void()> run;
  std::function<void()> drop;  // instead of `run`, when the owner ends before it begins
};

class Worker {
 public:
  static Worker& instance();

  // Runs `job` after those posted before it, whoever posted them.
  void post(std::shared_ptr<Owner> owner, Job job);

  // For the end of a thread of JavaScript: drops its jobs not yet begun and waits for the one that runs, if it is one of
  // its own. Jobs of other owners go on. From then on its jobs are dropped when posted.
  void stop(const std::shared_ptr<Owner>& owner);

  // On the worker's thread: whether the job that runs shall break off.
  bool stopping() const;

 private:
  Worker();
  struct State;
  State* state_;  // never destroyed: the thread may outlive static destruction
};

}  // namespace netspace
