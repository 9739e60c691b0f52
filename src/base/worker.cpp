#include "vedette/base/worker.h"

#include <pthread.h>

namespace vedette {

void name_this_thread(const std::string& name) noexcept {
    constexpr std::size_t kKernelLimit = 15;
    pthread_setname_np(pthread_self(), name.substr(0, kKernelLimit).c_str());
}

} // namespace vedette
