#include "app/plate_question.h"

#include <chrono>
#include <utility>

#include "app/commands/replay/replay.h"
#include "app/data/carried_cameras.h"
#include "app/data/data_folder.h"
#include "vedette/domain/plate_text.h"

namespace vedette::app {
namespace {

constexpr auto kUsualWindow = std::chrono::hours{24 * 30};

} // namespace

void PlateQuestion::declare(CLI::App& options, const std::string& about) {
    options.add_option("PLATE", plate_, about)->required();
    declare_data_folder(options, data_);
    options.add_option("--from", from_,
                       "From this time on: 2026-11-21T10:15:00Z, 2026-11-21, or how long ago, "
                       "for example 12h or 90d (default: 30d)");
    options.add_option("--to", to_, "Before this time (default: now)");
}

Result<PlateQuestion::Opened> PlateQuestion::open(WallTime now) const {
    Opened out{domain::normalize_plate(plate_), {now - kUsualWindow, now}, nullptr, {}};
    if (!from_.empty()) {
        VEDETTE_TRY(out.span.from, parse_moment(from_, now));
    }
    if (!to_.empty()) {
        VEDETTE_TRY(out.span.to, parse_moment(to_, now));
    }
    if (out.plate.empty())
        return Error{ErrorCode::invalid_argument, "PLATE: '" + plate_ + "' has no letter or digit"};
    const DataFolder folder{data_};
    VEDETTE_CHECK_OK(folder.must_be_used());
    VEDETTE_TRY(out.index, storage::PassView::open(folder.store()));
    VEDETTE_TRY(out.carried, known_carried_cameras(folder));
    return out;
}

} // namespace vedette::app
