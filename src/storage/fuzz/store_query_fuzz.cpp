// What users and other programs may send to a search: a cursor is refused or is the only text of
// its position; a plate is refused or finds itself; a stored event is refused or comes back the
// same.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "sqlite/event_blob.h"
#include "sqlite/plate_block.h"
#include "vedette/domain/plate_text.h"
#include "vedette/ports/page_position.h"
#include "vedette/ports/plate_matcher.h"

namespace {

using namespace vedette; // NOLINT(google-build-using-namespace): a program of its own
using ports::PlateMatch;
using ports::PlateMatcher;

void require(bool held) {
    if (!held)
        std::abort();
}

void try_cursor(std::string_view text) {
    const auto position = ports::from_cursor(text);
    require(!position || ports::to_cursor(*position) == text);
}

void try_plate(std::string_view typed, std::string_view other) {
    const std::string plate = domain::normalize_plate(typed);
    for (const auto how :
         {PlateMatch::exact, PlateMatch::prefix, PlateMatch::wildcard, PlateMatch::fuzzy})
        for (const int edits : {0, 1, 2}) {
            const auto matcher = PlateMatcher::make(typed, how, edits);
            if (!matcher)
                continue;
            require(how == PlateMatch::wildcard || matcher->fits(plate));
            require(!matcher->fits(other) || other.starts_with(matcher->beginning()));
            domain::PlateText both;
            both.normalized = plate;
            both.resolved = other;
            require(matcher->match(both).has_value() ==
                    (matcher->fits(plate) || matcher->fits(other)));
        }
}

void try_blob(std::string_view blob) {
    if (const auto event = storage::from_blob(blob)) {
        const auto again = storage::to_blob(*event);
        require(storage::to_blob(storage::from_blob(again).value()) == again);
    }
    std::string copy;
    const bool whole = storage::for_each_plate(blob, [&copy](std::string_view plate) {
        storage::append_plate(copy, plate);
        return true;
    });
    require(!whole || copy.size() <= blob.size());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view all{reinterpret_cast<const char*>(data), size};
    const std::size_t split = std::min(all.find('\n'), all.size());
    try_cursor(all);
    try_plate(all.substr(0, split), all.substr(std::min(split + 1, all.size())));
    try_blob(all);
    return 0;
}
