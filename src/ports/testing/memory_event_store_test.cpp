#include "vedette/ports/testing/memory_event_store.h"

#include "vedette/ports/testing/event_store_contract.h"

namespace vedette::ports::testing {
namespace {

struct MemoryBackend {
    EventStore& store() { return memory; }
    void reopen() {} // there is nothing to open
    MemoryEventStore memory;
};

INSTANTIATE_TYPED_TEST_SUITE_P(Memory, EventStoreContract, MemoryBackend);

} // namespace
} // namespace vedette::ports::testing
