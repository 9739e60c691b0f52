#include "vedette/domain/event.h"

#include <gtest/gtest.h>

namespace vedette::domain {
namespace {

TEST(EventIdentity, IsTheSameForTheSamePassAndReadable) {
    const auto make = [] {
        return make_event_id("home", CameraId{"gate"}, "b1", TrackId{42}, "sighting", 0);
    };
    EXPECT_EQ(make(), make());
    EXPECT_EQ(make().value(), "home.gate.b1.42.sighting.0");
}

TEST(EventIdentity, KeepsPartsApartWhateverTheyContain) {
    const auto one = make_event_id("a.b", CameraId{"c"}, "d", TrackId{1}, "e", 0);
    const auto other = make_event_id("a", CameraId{"b.c"}, "d", TrackId{1}, "e", 0);
    EXPECT_NE(one, other);
    EXPECT_EQ(one.value(), "a~2eb.c.d.1.e.0");
    EXPECT_EQ(make_event_id("a/\xC3\xA4", CameraId{"c"}, "d", TrackId{1}, "e", 0).value(),
              "a~2f~c3~a4.c.d.1.e.0");
}

TEST(Verdict, EveryNameLeadsBackToItsVerdict) {
    for (int value = static_cast<int>(Verdict::published);
         value <= static_cast<int>(Verdict::too_weak); ++value) {
        const auto verdict = static_cast<Verdict>(value);
        EXPECT_EQ(verdict_from(to_string(verdict)), verdict);
    }
    EXPECT_FALSE(verdict_from("unknown"));
    EXPECT_FALSE(is_published(Verdict::duplicate));
    EXPECT_TRUE(is_published(Verdict::plate_unreadable));
}

} // namespace
} // namespace vedette::domain
