#include "mover.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "day_keys.h"
#include "file_digest.h"
#include "sealed_form.h"
#include "worth.h"

namespace vedette::recording {
namespace {

using ports::RecordedSegment;

constexpr std::size_t kPage = 500;
constexpr std::size_t kPiece_bytes = std::size_t{256} << 10U;
constexpr std::size_t kMostGivenUp = 10'000;

bool is_there(const RecordingFiles& files, const std::string& file) {
    std::array<std::byte, 1> first{};
    return files.read_at(file, 0, first).has_value();
}

Result<std::vector<std::byte>> all_of(const RecordingFiles& files, const std::string& file) {
    VEDETTE_TRY(const std::uint64_t bytes, files.readable_bytes(file));
    std::vector<std::byte> out(bytes);
    VEDETTE_TRY(const std::size_t got, files.read_at(file, 0, out));
    out.resize(got);
    return out;
}

Status write_whole(RecordingFiles& files, const std::string& file,
                   std::span<const std::byte> bytes) {
    VEDETTE_TRY(const auto out, files.create(file));
    VEDETTE_CHECK_OK(out->append(bytes));
    VEDETTE_CHECK_OK(out->sync());
    return files.sync_name(file);
}

} // namespace

Result<Mover::Outcome> Mover::move_due(const Way& way, WallTime now, const std::stop_token& stop) {
    Outcome out;
    VEDETTE_TRY(const auto extents, parts_.index.tier_extents());
    for (const ports::TierExtent& one : extents)
        for (const bool events : {false, true})
            if (one.tier == way.from.id && !stop.stop_requested() &&
                (events ? way.moves.events : way.moves.continuous))
                VEDETTE_CHECK_OK(move_class(way, one.camera, events, now, stop, out));
    return out;
}

Status Mover::move_class(const Way& way, const domain::CameraId& camera, bool events, WallTime now,
                         const std::stop_token& stop, Outcome& out) {
    const bool early = events ? way.early_events : way.early_continuous;
    const WallTime until =
        now - (early ? std::chrono::seconds{2 * Janitor::kGrace}
                     : std::max<std::chrono::seconds>(way.moves.after, Janitor::kGrace));
    const std::string place = way.from.id + (events ? "/events/" : "/continuous/") + camera.value();
    WallTime& looked_at = looked_at_.try_emplace(place, WallTime::min()).first->second;
    ports::RecordingQuery query{
        .camera = camera, .from = looked_at, .to = until, .limit = kPage, .tier = way.from.id};
    for (;;) {
        VEDETTE_TRY(const auto page, parts_.index.list(query));
        for (const RecordedSegment& row : page) {
            if (row.end > until || !is_due(way, row, events, now))
                continue;
            if (stop.stop_requested() || out.segments >= kMostAtOnce) {
                out.more = true;
                return {};
            }
            VEDETTE_TRY(const bool moved, move(way, row, stop));
            out.segments += moved ? 1 : 0;
            out.bytes += moved ? row.bytes : 0;
        }
        if (page.size() < kPage)
            break;
        query.after = ports::place_of(page.back());
    }
    looked_at = std::max(looked_at, until);
    return {};
}

/// What goes before long where it is need not travel.
bool Mover::is_due(const Way& way, const RecordedSegment& row, bool events, WallTime now) const {
    if (given_up_.contains(row.id))
        return false;
    const KeepFor& keep = rule_for(way.rules, row.camera.value());
    const Worth worth = worth_of(row.activity, keep);
    if (is_event(worth) != events)
        return false;
    return row.kept || row.end + ages_on(way.rules, keep)[static_cast<std::size_t>(worth)] > now;
}

Result<bool> Mover::move(const Way& way, const RecordedSegment& row, const std::stop_token& stop) {
    const auto to = way.to.here();
    if (!to)
        return Error{ErrorCode::unavailable, way.to.why_away()};
    const auto take_back = [&]() -> Result<bool> {
        VEDETTE_CHECK_OK(to->files->remove(row.file));
        return false;
    };
    const Status copied = copy(way, *to, row.file, stop);
    const auto still = parts_.index.find(row.id);
    if (!still && still.error().code() != ErrorCode::not_found)
        return still.error();
    if (!still || still->doomed || still->tier != way.from.id)
        return take_back(); // somebody deleted it meanwhile
    if (!copied && copied.error().code() != ErrorCode::cancelled && !is_sound(way, row))
        return take_back();
    VEDETTE_CHECK_OK(copied);
    VEDETTE_CHECK_OK(check(way, *to, row));
    if (given_up_.contains(row.id))
        return false;
    const Status moved = parts_.index.move(row.id, to->id);
    if (!moved && moved.error().code() == ErrorCode::not_found)
        return take_back();
    VEDETTE_CHECK_OK(moved); // the copy stays: perhaps the index did take it
    parts_.log.debug("a recording was moved", {{"file", row.file}, {"to", way.to.name()}});
    VEDETTE_CHECK_OK(way.from.files->remove(row.file));
    return true;
}

Status Mover::copy(const Way& way, const TierFiles& to, const std::string& file,
                   const std::stop_token& stop) {
    if (is_there(*to.stored, file)) // of a move that did not come to its end
        VEDETTE_CHECK_OK(to.files->remove(file));
    VEDETTE_CHECK_OK(copy_key(way.from, to, file));
    return copy_bytes(*way.from.stored, *to.stored, file, way.moves.bytes_per_second, stop);
}

/// Before what it opens.
Status Mover::copy_key(const TierFiles& from, const TierFiles& to, const std::string& file) {
    VEDETTE_TRY(const auto head, read_sealed_head(*from.stored, file));
    if (!head)
        return {};
    const std::string key = DayKeys::file_of(DayKeys::folder_of(file), head->key);
    VEDETTE_TRY(const auto bytes, all_of(*from.stored, key));
    const auto there = all_of(*to.stored, key);
    if (there && *there == bytes)
        return to.stored->sync_name(key);
    if (there) // cut off
        VEDETTE_CHECK_OK(to.stored->remove(key));
    return write_whole(*to.stored, key, bytes);
}

Status Mover::copy_bytes(const RecordingFiles& from, RecordingFiles& to, const std::string& file,
                         double bytes_per_second, const std::stop_token& stop) {
    VEDETTE_TRY(const auto out, to.create(file));
    std::vector<std::byte> piece(kPiece_bytes);
    const SteadyTime began = parts_.clock.steady_now();
    for (std::uint64_t at = 0;;) {
        if (stop.stop_requested())
            return Error{ErrorCode::cancelled, "the move of " + file + " was stopped"};
        VEDETTE_TRY(const std::size_t got, from.read_at(file, at, piece));
        VEDETTE_CHECK_OK(out->append(std::span{piece}.first(got)));
        at += got;
        if (got < piece.size())
            break;
        if (bytes_per_second > 0) {
            const std::chrono::duration<double> should{static_cast<double>(at) / bytes_per_second};
            const auto early = std::chrono::duration_cast<std::chrono::nanoseconds>(should) -
                               (parts_.clock.steady_now() - began);
            if (early.count() > 0)
                parts_.wait(early, stop);
        }
    }
    VEDETTE_CHECK_OK(out->sync());
    return to.sync_name(file);
}

/// That it is there, on what is mounted there now, as it was recorded. One that is damaged where it
/// comes from stays there.
Status Mover::check(const Way& way, const TierFiles& to, const RecordedSegment& row) {
    way.to.look();
    const auto now = way.to.here();
    if (!now || now->id != to.id)
        return Error{ErrorCode::unavailable,
                     now ? way.to.name() + " is another one than before" : way.to.why_away()};
    to.stored->forget_cached(row.file);
    const auto there = digest_of(*to.files, row.file);
    if (there && *there == row.sha256)
        return {};
    VEDETTE_CHECK_OK(to.files->remove(row.file));
    if (is_sound(way, row))
        return Error{ErrorCode::data_loss,
                     "what was copied to " + way.to.name() + " is not what was written there: " +
                         (there ? row.file : there.error().message()) + "; check that disk"};
    return {};
}

/// Whether it is as it was recorded where it comes from. Else it is given up, and said.
bool Mover::is_sound(const Way& way, const RecordedSegment& row) {
    const auto here = digest_of(*way.from.files, row.file);
    if (here && *here == row.sha256)
        return true;
    if (given_up_.size() < kMostGivenUp)
        given_up_.insert(row.id);
    parts_.log.error(
        "a recording is damaged, and stays where it is",
        {{"file", row.file},
         {"reason", here ? "its bytes are not those that were recorded" : here.error().message()}});
    return false;
}

} // namespace vedette::recording
