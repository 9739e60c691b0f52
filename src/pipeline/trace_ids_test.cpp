#include "vedette/pipeline/trace_ids.h"

#include <gtest/gtest.h>
#include <set>

namespace vedette::pipeline {
namespace {

using namespace std::chrono_literals;

TEST(TraceIds, AreTheSameForTheSamePictureAndNoOther) {
    const TraceIds ids{"home", "gate", "1"};
    EXPECT_EQ(ids.of(StreamTime{40ms}), (TraceIds{"home", "gate", "1"}.of(StreamTime{40ms})));
    std::set<std::string> all;
    for (int i = 0; i < 1'000; ++i)
        all.insert(ids.of(StreamTime{i * 40ms}).to_hex());
    for (const TraceIds& other : {TraceIds{"home", "gate", "2"}, TraceIds{"home", "yard", "1"},
                                  TraceIds{"work", "gate", "1"}, TraceIds{"homeg", "ate", "1"},
                                  TraceIds{"home1:g", "ate", "1"}})
        all.insert(other.of(StreamTime{40ms}).to_hex());
    EXPECT_EQ(all.size(), 1'005U);
    EXPECT_EQ(all.count(""), 0U);
}

TEST(TraceIds, DoNotChangeFromReleaseToRelease) {
    // printf '4:home4:gate1:1@40000' | sha256sum
    EXPECT_EQ((TraceIds{"home", "gate", "1"}.of(StreamTime{40ms}).to_hex()),
              "06c3c5ad5fa25a3c9aa5164354452229");
}

} // namespace
} // namespace vedette::pipeline
