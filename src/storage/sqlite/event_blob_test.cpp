#include "sqlite/event_blob.h"

#include <cmath>
#include <gtest/gtest.h>
#include <limits>

#include "sqlite/bytes.h"
#include "vedette/ports/testing/sample_events.h"

namespace vedette::storage {
namespace {

using ports::testing::sample_event;
using ports::testing::sample_sighting;

TEST(EventBlob, KeepsEveryVerdict) {
    auto event = sample_sighting("a", "AB12CD");
    for (const auto verdict : {domain::Verdict::published, domain::Verdict::no_plate_found,
                               domain::Verdict::plate_too_small, domain::Verdict::plate_unreadable,
                               domain::Verdict::plate_too_short, domain::Verdict::duplicate,
                               domain::Verdict::too_brief, domain::Verdict::too_weak}) {
        event.verdict = verdict;
        EXPECT_EQ(from_blob(to_blob(event)).value(), event);
    }
}

TEST(EventBlob, KeepsNumbersThatAreNone) {
    auto event = sample_event("a");
    event.score = std::numeric_limits<float>::quiet_NaN();
    event.travelled = -std::numeric_limits<float>::infinity();
    event.box.left = -0.0F;
    const auto back = from_blob(to_blob(event)).value();
    EXPECT_TRUE(std::isnan(back.score));
    EXPECT_EQ(back.travelled, event.travelled);
    EXPECT_TRUE(std::signbit(back.box.left));
}

TEST(EventBlob, NoticesWhatIsCutOrAdded) {
    const std::string blob = to_blob(sample_sighting("a", "AB12CD"));
    for (std::size_t i = 0; i < blob.size(); ++i)
        EXPECT_EQ(from_blob(blob.substr(0, i)).error().code(), ErrorCode::data_loss) << i;
    EXPECT_FALSE(from_blob(blob + '\0'));
    std::string newer = blob;
    newer[0] = 2;
    EXPECT_FALSE(from_blob(newer));
}

TEST(EventBlob, ALengthThatLiesAsksForNoMemory) {
    ByteWriter writer;
    writer.fixed(1, 1);
    writer.fixed(0, 1);
    writer.length(~std::uint64_t{0} >> 2U);
    EXPECT_FALSE(from_blob(std::move(writer).take()));
    EXPECT_FALSE(from_blob(std::string(64, '\xff')));
}

TEST(Bytes, LengthsOfEverySizeComeBack) {
    for (const std::uint64_t value :
         {std::uint64_t{0}, std::uint64_t{127}, std::uint64_t{128}, std::uint64_t{16'383},
          std::uint64_t{16'384}, (std::uint64_t{1} << 62U) + 5}) {
        ByteWriter writer;
        writer.length(value);
        const std::string bytes = std::move(writer).take();
        ByteReader reader{bytes};
        EXPECT_EQ(reader.length(), value);
        EXPECT_TRUE(reader.at_end());
        EXPECT_FALSE(reader.failed());
    }
}

} // namespace
} // namespace vedette::storage
