#include "app/data/held_pictures.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/data/pictures.h"
#include "app/data/test_data_folder.h"
#include "testing/temporary_folder.h"
#include "vedette/analysis/case.h"

namespace vedette::app {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

/// A case that shows this picture of the vehicle and one of the subject.
void put_case(const DataFolder& folder, const std::string& vehicle, analysis::CaseState state,
              std::uint64_t revision = 0) {
    analysis::Case about;
    about.id = analysis::case_id("AB123", vehicle);
    about.subject = "AB123";
    about.vehicle = vehicle;
    about.state = state;
    analysis::CaseSighting sighting;
    sighting.camera = domain::CameraId{"gate"};
    sighting.vehicle_snapshot = "2026-11-21/" + vehicle + ".jpg";
    sighting.subject_snapshot = "2026-11-21/subject-" + vehicle + ".jpg";
    about.sightings.push_back(sighting);
    about.history.push_back({.at = {}, .who = "vedette", .from = {}, .to = state, .why = ""});
    const auto cases = storage::FollowingDb::open(folder.following()).value();
    const Status done = cases->commit({.up_to = {},
                                       .cases = {{.id = about.id,
                                                  .subject = about.subject,
                                                  .vehicle = vehicle,
                                                  .state = std::string{to_string(state)},
                                                  .score = "following-1",
                                                  .opened = {},
                                                  .updated = {},
                                                  .llr = 7,
                                                  .revision = revision,
                                                  .body = case_to_json(about),
                                                  .evidence = "{}"}},
                                       .announce = {},
                                       .state = {}});
    ASSERT_TRUE(done) << done.error().message();
}

TEST(HeldPictures, AreThoseOfCasesThatStand) {
    const TemporaryFolder folder;
    const DataFolder data{folder.path()};
    EXPECT_THAT(pictures_of_cases(data.following()).value(), IsEmpty());
    put_case(data, "open", analysis::CaseState::open);
    put_case(data, "confirmed", analysis::CaseState::confirmed);
    put_case(data, "closed", analysis::CaseState::closed);
    put_case(data, "dismissed", analysis::CaseState::dismissed);
    testing::add_case(data, "not understood");
    EXPECT_THAT(pictures_of_cases(data.following()).value(),
                UnorderedElementsAre("2026-11-21/confirmed.jpg", "2026-11-21/subject-confirmed.jpg",
                                     "2026-11-21/open.jpg", "2026-11-21/subject-open.jpg"));
}

TEST(HeldPictures, AreNoPicturesOfNothingAsLongAsTheCaseStands) {
    const TemporaryFolder folder;
    const DataFolder data{folder.path()};
    { const testing::RunningData server{data}; }
    folder.write("snapshots/2026-11-21/one.jpg", "x");
    const auto orphans = [&] { return check_pictures(data, WallTime::max()).value().orphans_of; };
    EXPECT_THAT(orphans(), ElementsAre("2026-11-21/one.jpg"));
    put_case(data, "one", analysis::CaseState::open);
    EXPECT_THAT(orphans(), IsEmpty());
    EXPECT_EQ(check_pictures(data, WallTime::max()).value().missing, 0U)
        << "a case may outlive its pictures";
    EXPECT_EQ(remove_orphans(data).value(), 0U);
    put_case(data, "one", analysis::CaseState::dismissed, 1);
    EXPECT_EQ(remove_orphans(data).value(), 1U);
}

} // namespace
} // namespace vedette::app
