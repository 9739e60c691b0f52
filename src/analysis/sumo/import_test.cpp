#include "vedette/analysis/sumo_import.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sstream>

#include "sumo/passes.h"
#include "testing/temporary_folder.h"

namespace vedette::analysis {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr const char* kCameras = "camera,edge,position_m,edge_length_m,lat,lon,bearing\n"
                                 "c1,A,50,100,49,8,90\n"
                                 "c2,B,20,200,49.001,8,\n";

SumoCameras cameras() {
    std::istringstream in{kCameras};
    return SumoCameras::read(in, "cameras.csv").value();
}

struct Found {
    std::vector<std::string> passes; ///< "trip camera ms"
    std::string error;
};

Found find(const std::string& xml, std::size_t most = 1000) {
    const SumoCameras its = cameras();
    SumoPasses passes{its, most};
    std::istringstream in{xml};
    const Status status = passes.read(in, "out.xml");
    if (!status)
        return {{}, status.error().message()};
    Found out;
    for (const SumoPass& pass : passes.sorted())
        out.passes.push_back(passes.names()[pass.trip] + " " +
                             its.all()[pass.camera].place.camera.value() + " " +
                             std::to_string(pass.at_us / 1000));
    return out;
}

TEST(SumoPasses, FindsCrossingsInFloatingCarData) {
    // As SUMO 1.15 writes it, shortened: a on A past c1, then onto B past c2 within one step.
    const Found found = find(R"(<?xml version="1.0"?><fcd-export>
        <timestep time="10.00">
            <vehicle id="a" x="1" y="2" angle="90" type="car" speed="10" pos="40" lane="A_0" slope="0"/>
            <vehicle id="b" x="1" y="2" angle="90" type="car" speed="0" pos="60" lane="A_1" slope="0"/>
        </timestep>
        <timestep time="12.00">
            <vehicle id="a" x="1" y="2" angle="90" type="car" speed="10" pos="60" lane="A_1" slope="0"/>
            <vehicle id="b" x="1" y="2" angle="90" type="car" speed="0" pos="60" lane="A_1" slope="0"/>
        </timestep>
        <timestep time="16.00">
            <vehicle id="a" x="1" y="2" angle="90" type="car" speed="10" pos="2" lane=":J_0_0" slope="0"/>
        </timestep>
        <timestep time="20.00">
            <vehicle id="a" x="1" y="2" angle="90" type="car" speed="10" pos="40" lane="B_0" slope="0"/>
        </timestep></fcd-export>)");
    EXPECT_EQ(found.error, "");
    EXPECT_THAT(found.passes, ElementsAre("a c1 11000", "a c2 19000"));
}

TEST(SumoPasses, CountsACameraAtTheEndOfAnEdgeThatAVehicleJumpsOver) {
    const Found found = find(R"(<fcd-export>
        <timestep time="0"><vehicle id="a" pos="45" lane="A_0"/></timestep>
        <timestep time="1"><vehicle id="a" pos="10" lane="B_0"/></timestep></fcd-export>)");
    EXPECT_THAT(found.passes, ElementsAre("a c1 500"));
}

TEST(SumoPasses, TakesEntriesOfInstantInductionLoops) {
    const Found found = find(R"(<instantE1>
        <instantOut id="c1" time="5.30" state="enter" vehID="a#1" speed="9.2" length="5.0" type="car"/>
        <instantOut id="c1" time="5.90" state="leave" vehID="a#1" speed="9.2" length="5.0" type="car"/>
        <instantOut id="other" time="6.00" state="enter" vehID="a#1" speed="9" length="5" type="car"/>
        <instantOut id="c2" time="7.25" state="enter" vehID="b" speed="9" length="5" type="car"/>
        </instantE1>)");
    EXPECT_THAT(found.passes, ElementsAre("a#1 c1 5300", "b c2 7250"));
}

TEST(SumoPasses, InterpolatesExitTimesOfRoutes) {
    const Found found = find(R"(<routes>
        <vehicle id="a#1" depart="10.00" arrival="60.00">
            <route edges="A B Z" exitTimes="20.00 40.00 60.00"/></vehicle>
        <vehicle id="b" depart="0.00"><route edges="A B" exitTimes="8.00 -1.00"/></vehicle></routes>)");
    EXPECT_THAT(found.passes, ElementsAre("b c1 4000", "a#1 c1 15000", "a#1 c2 22000"));
}

TEST(SumoPasses, SaysWithFileAndLineWhatIsWrong) {
    EXPECT_THAT(find("<net>\n</net>").error, HasSubstr("out.xml:1: begins with <net>: wanted are"));
    EXPECT_THAT(find("plate,camera").error, HasSubstr("out.xml:1: is not XML"));
    EXPECT_THAT(find("<fcd-export>\n<timestep time=\"x\"/></fcd-export>").error,
                HasSubstr("out.xml:2: attribute 'time' 'x' must be a number"));
    EXPECT_THAT(find("<fcd-export>\n<timestep time=\"1\"><vehicle id=\"a\" pos=\"1\"/>").error,
                HasSubstr("out.xml:2: a vehicle has no 'id' or no 'lane'"));
    EXPECT_THAT(find("<fcd-export><timestep time=\"1\">").error, HasSubstr("is not XML"));
    EXPECT_THAT(find("<!DOCTYPE x [<!ENTITY a \"b\">]><routes/>").error,
                HasSubstr("document type"));
    EXPECT_THAT(find("<routes><vehicle id=\"a\" depart=\"0\"><route edges=\"A B\" "
                     "exitTimes=\"1\"/></vehicle></routes>")
                    .error,
                HasSubstr("one number per edge"));
    EXPECT_THAT(find("<instantE1><instantOut id=\"c1\" time=\"-5\" state=\"enter\" vehID=\"a\"/>"
                     "</instantE1>")
                    .error,
                HasSubstr("must be from 0"));
    EXPECT_THAT(find("<instantE1><instantOut id=\"c1\" time=\"1\" state=\"enter\" vehID=\"a\"/>"
                     "<instantOut id=\"c1\" time=\"2\" state=\"enter\" vehID=\"b\"/></instantE1>",
                     1)
                    .error,
                HasSubstr("more than 1 passes"));
}

TEST(SumoCameras, NameTheRowThatIsWrong) {
    const auto error = [](const std::string& rows) {
        std::istringstream in{"camera,edge,position_m,edge_length_m,lat,lon\n" + rows};
        const auto read = SumoCameras::read(in, "c.csv");
        return read ? std::string{} : read.error().message();
    };
    EXPECT_THAT(error("a,A,150,100,49,8\n"), HasSubstr("c.csv:2: position_m '150' must be"));
    EXPECT_THAT(error("a,A,1,100,49,8\na,B,1,100,49,8\n"),
                HasSubstr("c.csv:3: camera 'a' is there"));
    EXPECT_THAT(error("a,A,1,100,49,8\nb,A,1,100,49,8\n"), HasSubstr("edge 'A' has a camera"));
    EXPECT_THAT(error(""), HasSubstr("names no camera"));
}

class Collected final : public ReadSink {
public:
    Status take(const SimulatedRead& read) override {
        reads.push_back(read);
        return {};
    }
    std::vector<SimulatedRead> reads;
};

class SumoImport : public ::testing::Test {
protected:
    SumoOptions perfect(const std::string& xml) {
        SumoOptions options;
        options.inputs = {folder.write("out.xml", xml)};
        options.cameras = folder.write("cameras.csv", kCameras);
        options.reading.read_rate = 1;
        options.reading.misread_rate = 0;
        options.reading.night_factor = 1;
        options.reading.rain_factor = 1;
        options.reading.duplicate_rate = 0;
        options.reading.outage_share = 0;
        options.reading.clock_error = std::chrono::milliseconds{0};
        return options;
    }
    TemporaryFolder folder;
    Collected sink;
};

TEST_F(SumoImport, GivesOneVehicleOnePlateAndSaysWhoFollowedWhom) {
    SumoOptions options = perfect(R"(<routes>
        <vehicle id="v1#1" depart="10"><route edges="A B" exitTimes="20 40"/></vehicle>
        <vehicle id="v2#4" depart="15"><route edges="A B" exitTimes="25 45"/></vehicle>
        <vehicle id="v1#2" depart="1010"><route edges="A B" exitTimes="1020 1040"/></vehicle>
        </routes>)");
    options.plan = folder.write("plan.json", R"({"subjects":[{"vehicle":"v1","followers":[
        {"vehicle":"v2","tactic":"close","wanted_trips":3,"trips":[["v1#1","v2#4"],["v1#2","v2#5"]]}]}]})");
    const auto truth = import_sumo(options, sink);
    ASSERT_TRUE(truth) << truth.error().message();
    ASSERT_EQ(sink.reads.size(), 6U);
    EXPECT_EQ(sink.reads[0].pass.plate, sink.reads[4].pass.plate); // v1 on both of its trips
    EXPECT_NE(sink.reads[0].pass.plate, sink.reads[1].pass.plate);
    ASSERT_EQ(truth->subjects.size(), 1U);
    EXPECT_EQ(truth->subjects[0].plate, sink.reads[0].pass.plate);
    EXPECT_EQ(truth->subjects[0].trips, 2);
    const PlantedFollower& follower = truth->subjects[0].followers.at(0);
    EXPECT_EQ(follower.plate, sink.reads[1].pass.plate);
    EXPECT_EQ(follower.trips, 1); // v2#5 never drove
    EXPECT_EQ(follower.wanted_trips, 3);
    EXPECT_EQ(follower.shared_reads, 2);
    EXPECT_EQ(truth->places.size(), 2U);
}

TEST_F(SumoImport, RefusesCamerasThatNobodyPassesAndPlansThatAreNone) {
    SumoOptions options = perfect("<routes/>");
    EXPECT_THAT(import_sumo(options, sink).error().message(), HasSubstr("no vehicle passed any"));
    options.plan = folder.write("plan.json", R"({"subjects":[{"vehicle":"v1",
        "followers":[{"vehicle":"v2"}]}]})");
    EXPECT_THAT(import_sumo(options, sink).error().message(),
                HasSubstr("plan.json: member 'tactic' must be a text"));
    options.plan = folder.path() / "none.json";
    EXPECT_EQ(import_sumo(options, sink).error().code(), ErrorCode::not_found);
}

} // namespace
} // namespace vedette::analysis
