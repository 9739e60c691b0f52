// Loaded into a program it starts a thread before main() begins, as some libraries of linear
// algebra do. That thread leaves no signal to others.
#include <pthread.h>
#include <unistd.h>

namespace {

void* sleep_for_ever(void* /*unused*/) {
    while (true)
        pause();
}

__attribute__((constructor)) void start_a_thread() {
    pthread_t thread{};
    pthread_create(&thread, nullptr, sleep_for_ever, nullptr);
}

} // namespace
