#include "vedette/ports/testing/memory_object_store.h"

#include "vedette/ports/testing/object_store_contract.h"

namespace vedette::ports::testing {
namespace {

struct MemoryBackend {
    ObjectStore& store() { return memory; }
    void reopen() {} // there is nothing to open
    ManualClock clock;
    MemoryObjectStore memory{clock};
};

INSTANTIATE_TYPED_TEST_SUITE_P(Memory, ObjectStoreContract, MemoryBackend);

} // namespace
} // namespace vedette::ports::testing
