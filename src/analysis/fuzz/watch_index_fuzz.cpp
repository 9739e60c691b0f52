// Plates of watch lists come from files that people write, and wildcards can make a matcher slow.
// The first line is a plate of a list, the second what a reader saw. Whatever they are, the index
// says what PlateMatcher says, and a pattern that is taken costs no more than pattern times text.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "vedette/analysis/watchlist.h"
#include "vedette/domain/plate_text.h"
#include "vedette/ports/plate_matcher.h"

using namespace vedette; // NOLINT(google-build-using-namespace): a program of its own

namespace {

bool fits(std::string_view listed, const domain::PlateText& seen) {
    const bool open = listed.find_first_of("?*") != std::string_view::npos;
    const auto matcher = ports::PlateMatcher::make(
        listed, open ? ports::PlateMatch::wildcard : ports::PlateMatch::exact, 0);
    return matcher && (matcher->fits(seen.resolved) || matcher->fits(seen.normalized));
}

void check(bool holds) {
    if (!holds)
        std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    const auto end = text.find('\n');
    const std::string listed{text.substr(0, end)};
    const std::string seen{end == std::string_view::npos ? "" : text.substr(end + 1)};
    if (seen.size() > 256)
        return 0;
    domain::PlateText plate;
    plate.resolved = seen;
    plate.normalized = domain::normalize_plate(seen);
    plate.confidence = 0.95F;
    for (const auto rule : {analysis::WatchRule::exact, analysis::WatchRule::strict,
                            analysis::WatchRule::balanced, analysis::WatchRule::broad}) {
        analysis::WatchList list;
        list.name = "fuzzed";
        list.rule = rule;
        list.plates = {listed};
        const bool fine = analysis::WatchIndex::check_plate(listed, rule).has_value();
        const auto index = analysis::WatchIndex::make({list});
        check(index.has_value() == fine);
        if (!index)
            continue;
        const auto matches = index->match(plate, {}, {});
        check(matches.size() <= 1);
        if (fits(listed, plate))
            check(matches.size() == 1 && matches[0].nearness <= analysis::WatchNearness::wildcard);
        else if (rule == analysis::WatchRule::exact)
            check(matches.empty());
    }
    return 0;
}
