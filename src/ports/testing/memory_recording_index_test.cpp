#include "vedette/ports/testing/memory_recording_index.h"

#include "vedette/ports/testing/recording_index_contract.h"

namespace vedette::ports::testing {
namespace {

struct MemoryBackend {
    RecordingIndex& index() { return memory; }
    void reopen() {} // there is nothing to open
    MemoryRecordingIndex memory;
};

INSTANTIATE_TYPED_TEST_SUITE_P(Memory, RecordingIndexContract, MemoryBackend);

} // namespace
} // namespace vedette::ports::testing
