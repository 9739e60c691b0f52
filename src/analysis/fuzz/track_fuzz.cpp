// Whatever a receiver, a file or a client sends where positions should be is refused, or gives
// positions on the earth that can be asked for and kept.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <sstream>
#include <string>

#include "vedette/analysis/track_event.h"
#include "vedette/analysis/track_file.h"
#include "vedette/analysis/track_source.h"

namespace {

using namespace vedette; // NOLINT(google-build-using-namespace): a program of its own

template <class Fixes>
void use(const Fixes& fixes) {
    analysis::TrackLog log{16};
    analysis::TrackThinner thinner;
    analysis::ClockOffset clock;
    for (const analysis::TrackFix& fix : fixes) {
        if (!analysis::check(fix))
            std::abort();
        log.add(fix);
        (void)thinner.keeps(fix);
        (void)clock.take(fix.at, fix.at + std::chrono::seconds{1});
        for (const int seconds : {-70, -3, 0, 3, 70})
            if (const auto where = log.at(fix.at + std::chrono::seconds{seconds}))
                if (!analysis::is_on_earth(where->at) ||
                    !(where->uncertainty_m <= analysis::TrackLog::kMostUncertain_m))
                    std::abort();
    }
    analysis::TrackLog again{16};
    if (!again.restore(log.save()) || again.save() != log.save())
        std::abort();
}

template <class Reader>
void read_lines(const std::string& text) {
    Reader reader;
    std::istringstream lines{text};
    std::vector<analysis::TrackFix> fixes;
    for (std::string line; std::getline(lines, line);)
        if (const auto fix = reader.take(line))
            fixes.push_back(*fix);
    use(fixes);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text{reinterpret_cast<const char*>(data),
                           std::min<std::size_t>(size, 64 << 10)};
    read_lines<analysis::NmeaReader>(text);
    read_lines<analysis::GpsdReader>(text);
    std::istringstream in{text};
    if (const auto fixes = analysis::read_track(in, "track"))
        use(*fixes);
    if (const auto batch = analysis::track_batch_from_json(text))
        use(*batch);
    if (const auto event = analysis::track_event_from_json(text)) {
        const auto again = analysis::track_event_from_json(analysis::track_event_to_json(*event));
        if (!again || again->fixes != event->fixes)
            std::abort();
    }
    analysis::TrackLog log{16};
    (void)log.restore(text);
    return 0;
}
