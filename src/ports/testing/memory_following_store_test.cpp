#include "vedette/ports/testing/memory_following_store.h"

#include "vedette/ports/testing/following_store_contract.h"

namespace vedette::ports::testing {
namespace {

struct MemoryBackend {
    FollowingStore& store() { return memory; }
    void reopen() {} // there is nothing to open
    MemoryFollowingStore memory;
};

INSTANTIATE_TYPED_TEST_SUITE_P(Memory, FollowingStoreContract, MemoryBackend);

} // namespace
} // namespace vedette::ports::testing
