#include "vedette/base/worker.h"

#include <pthread.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

namespace vedette {

void name_this_thread(const std::string& name) noexcept {
    constexpr std::size_t kKernelLimit = 15;
    pthread_setname_np(pthread_self(), name.substr(0, kKernelLimit).c_str());
}

void let_others_go_first() noexcept {
    constexpr int kNicer = 10;                         // each step is worth a fifth
    const auto thread = static_cast<id_t>(::gettid()); // Linux counts niceness by thread
    ::setpriority(PRIO_PROCESS, thread, ::getpriority(PRIO_PROCESS, thread) + kNicer);
}

std::chrono::nanoseconds processor_time_of_this_thread() noexcept {
    timespec had{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &had);
    return std::chrono::seconds{had.tv_sec} + std::chrono::nanoseconds{had.tv_nsec};
}

} // namespace vedette
