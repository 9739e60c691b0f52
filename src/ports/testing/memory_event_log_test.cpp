#include "vedette/ports/testing/memory_event_log.h"

#include <gtest/gtest.h>

#include "vedette/ports/testing/event_log_contract.h"

namespace vedette::ports::testing {
namespace {

class MemoryBackend {
public:
    EventLog& log() { return log_; }
    void reopen() {} // it does not outlive its process

private:
    MemoryEventLog log_;
};

INSTANTIATE_TYPED_TEST_SUITE_P(Memory, EventLogContract, MemoryBackend);

TEST(MemoryEventLog, FailsWhenAskedTo) {
    MemoryEventLog log;
    const std::vector<Envelope> one{numbered_event(1)};
    log.fail_with(Error{ErrorCode::resource_exhausted, "full"});
    EXPECT_EQ(log.append(one).error().code(), ErrorCode::resource_exhausted);
    EXPECT_EQ(log.extent().last.value(), 0U);
    log.fail_with(std::nullopt);
    EXPECT_TRUE(log.append(one));
}

} // namespace
} // namespace vedette::ports::testing
