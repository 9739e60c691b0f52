#include "app/server/mobile_tracker.h"

#include <arpa/inet.h>
#include <cmath>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <thread>

#include "testing/temporary_folder.h"
#include "vedette/analysis/pass_file.h"
#include "vedette/base/unique_fd.h"
#include "vedette/observability/prometheus_metrics.h"
#include "vedette/ports/testing/memory_event_log.h"

namespace vedette::app {
namespace {

using analysis::TrackFix;
using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::SizeIs;

/// Speaks gpsd's protocol to one client after another: its banner, then, once watched, these lines.
class FakeGpsd {
public:
    explicit FakeGpsd(std::vector<std::string> lines)
        : lines_{std::move(lines)}, socket_{::socket(AF_INET, SOCK_STREAM, 0)} {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        EXPECT_EQ(::bind(socket_.get(), reinterpret_cast<sockaddr*>(&address), size), 0);
        EXPECT_EQ(::listen(socket_.get(), 4), 0);
        ::getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&address), &size);
        port_ = ntohs(address.sin_port);
        thread_ = std::jthread{[this](const std::stop_token& stop) { serve(stop); }};
    }
    ~FakeGpsd() {
        thread_.request_stop();
        ::shutdown(socket_.get(), SHUT_RDWR);
    }
    FakeGpsd(const FakeGpsd&) = delete;
    FakeGpsd& operator=(const FakeGpsd&) = delete;
    [[nodiscard]] std::uint16_t port() const { return port_; }
    [[nodiscard]] int clients() const { return clients_; }

private:
    void serve(const std::stop_token& stop) {
        while (!stop.stop_requested()) {
            const UniqueFd client{::accept(socket_.get(), nullptr, nullptr)};
            if (!client.is_open())
                return;
            ++clients_;
            say(client, R"({"class":"VERSION","release":"3.22","proto_major":3,"proto_minor":14})");
            std::string asked(256, '\0');
            asked.resize(static_cast<std::size_t>(
                std::max<ssize_t>(0, ::recv(client.get(), asked.data(), asked.size(), 0))));
            if (asked.find("\"enable\":true") == std::string::npos)
                continue;
            for (const std::string& line : lines_)
                say(client, line);
        } // who watched is left alone: it has to come again
    }
    static void say(const UniqueFd& client, const std::string& line) {
        const std::string text = line + "\r\n";
        (void)::send(client.get(), text.data(), text.size(), MSG_NOSIGNAL);
    }

    const std::vector<std::string> lines_;
    UniqueFd socket_;
    std::uint16_t port_ = 0;
    std::atomic<int> clients_{0};
    std::jthread thread_;
};

/// Counts what people would read.
class CountingLog final : public Log {
public:
    void write(LogLevel level, std::string_view, std::span<const LogField>) override {
        warnings += level == LogLevel::warn ? 1 : 0;
        infos += level == LogLevel::info ? 1 : 0;
    }
    std::atomic<int> warnings{0};
    std::atomic<int> infos{0};
};

/// This machine's clock is an hour ahead of GPS: however late a thread is, it does not agree.
constexpr std::chrono::hours kAhead{1};

/// A fix of now, as gpsd says it.
std::string report(int seconds_ago, double lat) {
    const auto at =
        std::chrono::floor<seconds>(SystemClock{}.wall_now()) - kAhead - seconds{seconds_ago};
    return R"({"class":"TPV","mode":3,"time":")" + analysis::format_pass_time(at) + R"(","lat":)" +
           std::to_string(lat) + R"(,"lon":13.4,"speed":12.5,"track":90})";
}

class MobileTrackerTest : public ::testing::Test {
protected:
    MobileNode node(MobileNode::Source source) {
        MobileNode node;
        node.name = "van";
        node.source = source;
        node.host = "127.0.0.1";
        node.cameras = {domain::CameraId{"rear"}};
        return node;
    }
    /// Waits for what a thread does; how long is not what is tested.
    template <class Holds>
    void wait_for(const Holds& holds) {
        for (int i = 0; i < 2'000 && !holds(); ++i)
            std::this_thread::sleep_for(milliseconds{10});
        ASSERT_TRUE(holds());
    }
    std::vector<TrackFix> logged() {
        std::vector<TrackFix> fixes;
        const auto events = log_.read(ports::LogPosition{0}, 1'000).value();
        for (const ports::LoggedEvent& one : events) {
            EXPECT_EQ(one.event.kind, analysis::kTrackEvent);
            const auto event = analysis::track_event_from_json(one.event.payload).value();
            EXPECT_EQ(event.mobile, "van");
            fixes.insert(fixes.end(), event.fixes.begin(), event.fixes.end());
        }
        return fixes;
    }
    MobileState state() { return tracker_.states().at(0); }

    ports::testing::MemoryEventLog log_;
    [[nodiscard]] double metric(const std::string& name) const {
        const std::string text = metrics_.expose();
        const auto at = text.find("\n" + name + " ");
        EXPECT_NE(at, std::string::npos) << name;
        return at == std::string::npos ? std::nan("")
                                       : std::stod(text.substr(at + name.size() + 2));
    }

    observability::PrometheusMetrics metrics_;
    CountingLog messages_;
    SystemClock clock_;
    MobileTracker tracker_{
        {.events = log_, .metrics = metrics_, .messages = messages_, .clock = clock_}};
};

TEST_F(MobileTrackerTest, ReadsGpsdAndComesAgainWhenItIsGone) {
    const FakeGpsd gpsd{{report(3, 52.50), "not json", R"({"class":"TPV","mode":1})",
                         report(2, 52.51), report(1, 52.52)}};
    auto van = node(MobileNode::Source::gpsd);
    van.port = gpsd.port();
    tracker_.become({van});
    wait_for([&] { return logged().size() >= 3; });
    EXPECT_EQ(logged()[0].position, (analysis::GeoPoint{52.50, 13.4}));
    EXPECT_EQ(logged()[0].speed_mps, 12.5);
    EXPECT_GE(state().bad, 1U);
    EXPECT_GE(state().without, 1U);
    EXPECT_LT(std::chrono::abs(state().clock_offset - kAhead), seconds{60});
    EXPECT_GE(metric("app_mobile_fixes_total{kind=\"kept\"}"), 3);
    EXPECT_GE(metric("app_mobile_fixes_total{kind=\"bad\"}"), 1);
    EXPECT_NEAR(metric("app_mobile_clock_offset_seconds"), 3'600, 60);
    wait_for([&] { return gpsd.clients() >= 2; });
    EXPECT_GE(messages_.infos, 1);
    tracker_.become({});
    EXPECT_EQ(metric("app_mobile_connected"), 0);
    EXPECT_EQ(metric("app_mobile_clock_offset_seconds"), 0);
}

TEST_F(MobileTrackerTest, ComplainsOnceOfAReceiverThatNeverSaysAnything) {
    const FakeGpsd gpsd{{}}; // it hangs up whenever it was watched
    auto van = node(MobileNode::Source::gpsd);
    van.port = gpsd.port();
    tracker_.become({van});
    wait_for([&] { return gpsd.clients() >= 3; });
    EXPECT_EQ(messages_.warnings, 1);
    EXPECT_EQ(messages_.infos, 0) << "it was never read";
}

TEST_F(MobileTrackerTest, SaysThatWhatComesIsNoNmea) {
    const TemporaryFolder folder;
    const auto path = folder.path() / "gps.nmea";
    std::ofstream{path} << "";
    auto van = node(MobileNode::Source::nmea);
    van.path = path.string();
    van.baud = 4'800;
    tracker_.become({van});
    wait_for([&] { return state().connected; });
    EXPECT_EQ(metric("app_mobile_connected"), 1);
    std::ofstream noise{path, std::ios::app};
    for (int i = 0; i < 50; ++i)
        noise << "\x86\xE0~" << i << '\n';
    noise.flush();
    wait_for([&] { return state().bad >= 50; });
    EXPECT_THAT(state().problem, HasSubstr("4800"));
    EXPECT_EQ(messages_.warnings, 1);
    noise << "$GPRMC,123519,A,4807.038,N,01131.000,E,022.4,084.4,230394,003.1,W*6A\r\n";
    noise.flush();
    wait_for([&] { return state().problem.empty(); });
    EXPECT_EQ(messages_.infos, 1);
}

TEST_F(MobileTrackerTest, SaysWhatIsWrongWithAReceiver) {
    auto van = node(MobileNode::Source::gpsd);
    van.port = 1; // nobody listens there
    tracker_.become({van});
    wait_for([&] { return !state().problem.empty(); });
    EXPECT_THAT(state().problem, HasSubstr("gpsd at 127.0.0.1:1"));
    EXPECT_FALSE(state().connected);
    auto cable = node(MobileNode::Source::nmea);
    cable.path = "/nowhere/ttyUSB0";
    tracker_.become({cable});
    wait_for([&] { return !state().problem.empty(); });
    EXPECT_THAT(state().problem, HasSubstr("plugged in"));
    EXPECT_THAT(mobiles_json(tracker_.states()), HasSubstr(R"("connected":false)"));
}

TEST_F(MobileTrackerTest, ReadsWhatAFileWithNmeaGetsNew) {
    const TemporaryFolder folder;
    const auto path = folder.path() / "gps.nmea";
    const std::string old =
        "$GPRMC,123519,A,4807.038,N,01131.000,E,022.4,084.4,230394,003.1,W*6A\r\n";
    std::ofstream{path} << old;
    auto van = node(MobileNode::Source::nmea);
    van.path = path.string();
    tracker_.become({van});
    wait_for([&] { return state().connected; });
    std::ofstream{path, std::ios::app} << "$GPRMC,broken*00\r\n" << old;
    wait_for([&] { return !logged().empty(); });
    EXPECT_THAT(logged(), SizeIs(1)) << "what stood there before was long ago";
    EXPECT_GE(state().bad, 1U);
    EXPECT_LT(std::chrono::abs(logged()[0].at - clock_.wall_now()), seconds{60})
        << "in this machine's time";
    EXPECT_NE(state().clock_offset.count(), 0);
}

TEST_F(MobileTrackerTest, AWrongTimeDoesNotEndTheTrack) {
    const auto fix_in = [](int years, int seconds_ago, double lat) {
        std::string line = report(seconds_ago, lat);
        const auto year = line.find("\"time\":\"") + 8;
        return line.replace(year, 4, std::to_string(std::stoi(line.substr(year, 4)) + years));
    };
    const FakeGpsd gpsd{
        {fix_in(0, 5, 52.1), fix_in(11, 4, 53), fix_in(-19, 3, 54), fix_in(0, 2, 52.2)}};
    auto van = node(MobileNode::Source::gpsd);
    van.port = gpsd.port();
    tracker_.become({van});
    wait_for([&] { return logged().size() >= 2; });
    EXPECT_EQ(logged()[0].position.latitude_deg, 52.1);
    EXPECT_EQ(logged()[1].position.latitude_deg, 52.2);
    EXPECT_LT(std::chrono::abs(state().clock_offset - kAhead), seconds{60});
    EXPECT_GE(state().bad, 2U);
    wait_for([&] { return state().fixes + state().bad >= 4; });
    EXPECT_LE(state().fixes, 2U * static_cast<std::uint64_t>(gpsd.clients())) << "without those";
}

TEST_F(MobileTrackerTest, TakesWhatIsSent) {
    tracker_.become({node(MobileNode::Source::api)});
    const WallTime now = clock_.wall_now();
    const auto fix = [&](int ago, double lat) {
        return TrackFix{.at = now - seconds{ago}, .position = {lat, 13}};
    };
    const auto taken = tracker_.take("van", {fix(9, 52.1), fix(8, 52.1), fix(7, 52.2)});
    ASSERT_TRUE(taken) << taken.error().message();
    EXPECT_EQ(taken->taken, 2U);
    EXPECT_EQ(taken->left_out, 1U);
    EXPECT_THAT(logged(), SizeIs(2)) << "durable when it returns";
    EXPECT_EQ(tracker_.take("van", {fix(9, 52.1)})->taken, 0U) << "once more";
    EXPECT_EQ(tracker_.take("van", {fix(2 * 3'600, 51)})->left_out, 1U) << "it would place nothing";
    EXPECT_EQ(tracker_.take("bus", {fix(1, 52)}).error().code(), ErrorCode::not_found);
    EXPECT_EQ(tracker_.take("van", {fix(-120, 52)}).error().code(), ErrorCode::invalid_argument);
    EXPECT_EQ(state().kept, 2U);
    auto other = node(MobileNode::Source::nmea);
    other.path = "/nowhere";
    tracker_.become({other});
    EXPECT_EQ(tracker_.take("van", {fix(1, 52)}).error().code(), ErrorCode::already_exists);
    tracker_.become({});
    EXPECT_EQ(tracker_.take("van", {fix(1, 52)}).error().code(), ErrorCode::not_found);
}

} // namespace
} // namespace vedette::app
