#include "vedette/ports/testing/memory_pass_index.h"

#include "vedette/ports/testing/pass_index_contract.h"

namespace vedette::ports::testing {
namespace {

struct MemoryBackend {
    const PassIndex& index() { return memory; }
    void add(const std::vector<domain::Event>& events) { memory.add(events); }
    void forget(WallTime before) { memory.forget(before); }
    MemoryPassIndex memory;
};

INSTANTIATE_TYPED_TEST_SUITE_P(Memory, PassIndexContract, MemoryBackend);

} // namespace
} // namespace vedette::ports::testing
