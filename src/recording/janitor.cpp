#include "vedette/recording/janitor.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace vedette::recording {
namespace {

using ports::RecordedSegment;

constexpr std::size_t kPage = 1'000;
constexpr std::size_t kSmallPage = 100;      ///< while one of many cameras is taken in turn
constexpr std::chrono::hours kLookAgain{24}; ///< at all, for those that were let go meanwhile

/// What was going on, from the least to the most.
enum class Worth : std::size_t { nothing = 0, motion, detection, alert };
constexpr std::size_t kWorths = 4;

Worth worth_of(const ports::RecordedActivity& activity) {
    if (activity.alert > 0)
        return Worth::alert;
    if (activity.object > 0)
        return Worth::detection;
    return activity.motion > 0 ? Worth::motion : Worth::nothing;
}

/// What is worth more is kept as long at least.
std::array<std::chrono::seconds, kWorths> ages(const KeepFor& keep) {
    std::array<std::chrono::seconds, kWorths> out{keep.continuous, keep.motion, keep.detections,
                                                  keep.alerts};
    out[0] = std::max<std::chrono::seconds>(out[0], Janitor::kGrace);
    for (std::size_t i = 1; i < kWorths; ++i)
        out[i] = std::max(out[i], out[i - 1]);
    return out;
}

Deletion deletion_of(const RecordedSegment& row, DeletionReason reason) {
    return {row.id, row.file, row.bytes, reason};
}

/// Up to when the segments of one camera were looked at, for each worth.
using Frontier = std::array<WallTime, kWorths>;

constexpr Frontier kFromTheBeginning{WallTime::min(), WallTime::min(), WallTime::min(),
                                     WallTime::min()};

/// The segments of all cameras, the oldest first.
class ByAge {
public:
    ByAge(const ports::RecordingIndex& index, const std::vector<ports::RecordingExtent>& cameras)
        : index_{index} {
        for (const ports::RecordingExtent& one : cameras)
            streams_.push_back({.camera = one.camera, .page = {}, .next = 0, .over = false});
    }

    /// \return nothing after the last one.
    Result<std::optional<RecordedSegment>> next() {
        Stream* oldest = nullptr;
        for (Stream& stream : streams_) {
            VEDETTE_CHECK_OK(fill(stream));
            if (stream.next < stream.page.size() &&
                (oldest == nullptr || stream.front().start < oldest->front().start))
                oldest = &stream;
        }
        if (oldest == nullptr)
            return std::optional<RecordedSegment>{};
        return std::optional{oldest->page[oldest->next++]};
    }

private:
    struct Stream {
        domain::CameraId camera;
        std::vector<RecordedSegment> page;
        std::size_t next = 0;
        bool over = false;
        [[nodiscard]] const RecordedSegment& front() const { return page[next]; }
    };

    Status fill(Stream& stream) const {
        if (stream.over || stream.next < stream.page.size())
            return {};
        ports::RecordingQuery query{.camera = stream.camera, .limit = kSmallPage};
        if (!stream.page.empty())
            query.after = ports::place_of(stream.page.back());
        VEDETTE_TRY(stream.page, index_.list(query));
        stream.next = 0;
        stream.over = stream.page.size() < kSmallPage;
        return {};
    }

    const ports::RecordingIndex& index_;
    std::vector<Stream> streams_;
};

} // namespace

std::string_view to_string(DeletionReason reason) {
    switch (reason) { // no default: a new reason must be named here
    case DeletionReason::age: return "age";
    case DeletionReason::size: return "size";
    case DeletionReason::free_space: return "free_space";
    }
    return "";
}

struct Janitor::Impl {
    struct Plan {
        std::vector<Deletion> deletions;
        std::map<std::string, Frontier> frontiers; ///< once they are carried out
    };

    Impl(RetentionRules rules_in, const Parts& parts_in)
        : rules{std::move(rules_in)}, parts{parts_in} {
        for (const DeletionReason reason :
             {DeletionReason::age, DeletionReason::size, DeletionReason::free_space})
            removed.push_back(parts.metrics.counter("recording_deleted_segments_total",
                                                    "Segments that were deleted",
                                                    {{"reason", std::string{to_string(reason)}}}));
        kept_bytes = parts.metrics.gauge("recording_kept_bytes", "What the recordings take");
        free_bytes = parts.metrics.gauge("recording_free_bytes",
                                         "What is free on the disk of the recordings");
    }

    [[nodiscard]] const KeepFor& rule_for(const std::string& camera) const {
        const auto own = rules.by_camera.find(camera);
        return own == rules.by_camera.end() ? rules.otherwise : own->second;
    }

    Result<Plan> plan(WallTime now) const {
        VEDETTE_TRY(const auto cameras, parts.index.extents());
        Plan out;
        for (const ports::RecordingExtent& camera : cameras)
            VEDETTE_CHECK_OK(add_aged(camera.camera, now, out));
        VEDETTE_CHECK_OK(add_for_room(cameras, out));
        return out;
    }

    Status add_aged(const domain::CameraId& camera, WallTime now, Plan& out) const {
        const auto known = frontiers.find(camera.value());
        Frontier frontier = known == frontiers.end() ? kFromTheBeginning : known->second;
        const auto keep = ages(rule_for(camera.value()));
        for (std::size_t worth = 0; worth < kWorths; ++worth) {
            const WallTime until = now - keep[worth];
            if (until <= frontier[worth])
                continue;
            VEDETTE_CHECK_OK(
                add_aged(camera, static_cast<Worth>(worth), {frontier[worth], until}, out));
            frontier[worth] = until;
        }
        out.frontiers[camera.value()] = frontier;
        return {};
    }

    /// Those that end in (from, until].
    Status add_aged(const domain::CameraId& camera, Worth worth,
                    const std::pair<WallTime, WallTime>& span, Plan& out) const {
        ports::RecordingQuery query{
            .camera = camera, .from = span.first, .to = span.second, .limit = kPage};
        for (;;) {
            VEDETTE_TRY(const auto page, parts.index.list(query));
            for (const RecordedSegment& row : page)
                if (row.end <= span.second && !row.kept && worth_of(row.activity) == worth)
                    out.deletions.push_back(deletion_of(row, DeletionReason::age));
            if (page.size() < kPage)
                return {};
            query.after = ports::place_of(page.back());
        }
    }

    /// Beyond what already goes.
    Status add_for_room(const std::vector<ports::RecordingExtent>& cameras, Plan& out) const {
        std::uint64_t all = 0;
        std::uint64_t going = 0;
        for (const ports::RecordingExtent& camera : cameras)
            all += camera.bytes;
        for (const Deletion& one : out.deletions)
            going += one.bytes;
        VEDETTE_TRY(const auto space, parts.files.space());
        const std::uint64_t floor = std::max(
            rules.min_free_bytes,
            static_cast<std::uint64_t>(rules.min_free * static_cast<double>(space.total_bytes)));
        const auto beyond = [](std::uint64_t has, std::uint64_t may) {
            return has > may ? has - may : 0;
        };
        const std::uint64_t for_size =
            rules.max_bytes > 0 ? beyond(all, rules.max_bytes + going) : 0;
        const std::uint64_t for_floor = beyond(floor, space.free_bytes + going);
        const std::uint64_t needed = std::max(for_size, for_floor);
        const auto why = for_floor >= for_size ? DeletionReason::free_space : DeletionReason::size;
        return needed > 0 ? add_oldest(cameras, needed, why, out) : Status{};
    }

    /// What is worth least first.
    Status add_oldest(const std::vector<ports::RecordingExtent>& cameras, std::uint64_t needed,
                      DeletionReason why, Plan& out) const {
        std::vector<std::uint64_t> going;
        for (const Deletion& one : out.deletions)
            going.push_back(one.id);
        std::sort(going.begin(), going.end());
        for (const auto& [least, most] : {std::pair{Worth::nothing, Worth::motion},
                                          std::pair{Worth::detection, Worth::detection},
                                          std::pair{Worth::alert, Worth::alert}}) {
            ByAge oldest{parts.index, cameras};
            for (;;) {
                VEDETTE_TRY(const auto row, oldest.next());
                if (!row)
                    break;
                const Worth worth = worth_of(row->activity);
                if (row->kept || worth < least || worth > most ||
                    std::binary_search(going.begin(), going.end(), row->id))
                    continue;
                out.deletions.push_back(deletion_of(*row, why));
                if (row->bytes >= needed)
                    return {};
                needed -= row->bytes;
            }
        }
        parts.log.error("there is no room for recordings, and nothing more may be deleted",
                        {{"missing_bytes", needed}});
        return {};
    }

    /// A crash in between leaves rows that are doomed, which settle() and the next call finish.
    Status carry_out(const std::vector<Deletion>& deletions) {
        for (std::size_t from = 0; from < deletions.size(); from += kPage) {
            const std::size_t to = std::min(deletions.size(), from + kPage);
            std::vector<std::uint64_t> ids;
            for (std::size_t i = from; i < to; ++i) {
                ids.push_back(deletions[i].id);
                parts.log.info(
                    "a recording is deleted",
                    {{"file", deletions[i].file}, {"reason", to_string(deletions[i].reason)}});
            }
            VEDETTE_TRY([[maybe_unused]] const auto doomed, parts.index.doom(ids));
            VEDETTE_CHECK_OK(finish_doomed());
            for (std::size_t i = from; i < to; ++i)
                removed[static_cast<std::size_t>(deletions[i].reason) - 1]->add();
        }
        return {};
    }

    Status finish_doomed() {
        for (;;) {
            VEDETTE_TRY(const auto doomed, parts.index.doomed(kPage));
            if (doomed.empty())
                return {};
            std::vector<std::uint64_t> ids;
            for (const RecordedSegment& row : doomed) {
                VEDETTE_CHECK_OK(parts.files.remove(row.file));
                ids.push_back(row.id);
            }
            VEDETTE_CHECK_OK(parts.index.remove(ids));
        }
    }

    Result<std::uint64_t> tidy(WallTime now) {
        if (!looked_from_start || now - *looked_from_start > kLookAgain ||
            now < *looked_from_start) {
            frontiers.clear();
            looked_from_start = now;
        }
        VEDETTE_CHECK_OK(finish_doomed());
        VEDETTE_TRY(auto what, plan(now));
        VEDETTE_CHECK_OK(carry_out(what.deletions));
        frontiers = std::move(what.frontiers);
        VEDETTE_CHECK_OK(measure());
        return what.deletions.size();
    }

    Status measure() {
        VEDETTE_TRY(const auto cameras, parts.index.extents());
        VEDETTE_TRY(const auto space, parts.files.space());
        std::uint64_t all = 0;
        for (const ports::RecordingExtent& camera : cameras)
            all += camera.bytes;
        kept_bytes->set(static_cast<double>(all));
        free_bytes->set(static_cast<double>(space.free_bytes));
        return {};
    }

    RetentionRules rules;
    const Parts parts;
    std::map<std::string, Frontier> frontiers;
    std::optional<WallTime> looked_from_start;
    std::vector<std::shared_ptr<Counter>> removed; ///< by reason
    std::shared_ptr<Gauge> kept_bytes;
    std::shared_ptr<Gauge> free_bytes;
};

Janitor::Janitor(RetentionRules rules, const Parts& parts)
    : impl_{std::make_unique<Impl>(std::move(rules), parts)} {}
Janitor::~Janitor() = default;

void Janitor::change(RetentionRules rules) {
    impl_->rules = std::move(rules);
    impl_->frontiers.clear();
}

Result<std::vector<Deletion>> Janitor::plan(WallTime now) const {
    VEDETTE_TRY(auto what, impl_->plan(now));
    return std::move(what.deletions);
}

Result<std::uint64_t> Janitor::tidy(WallTime now) { return impl_->tidy(now); }

Result<RecordingForecast> forecast(const RecordingFiles& files, const ports::RecordingIndex& index,
                                   const RetentionRules& rules) {
    VEDETTE_TRY(const auto cameras, index.extents());
    VEDETTE_TRY(const auto space, files.space());
    RecordingForecast out;
    std::uint64_t all = 0;
    for (const ports::RecordingExtent& camera : cameras) {
        all += camera.bytes;
        const WallTime from = camera.newest - std::chrono::hours{24};
        std::uint64_t bytes = 0;
        std::chrono::duration<double> recorded{};
        ports::RecordingQuery query{.camera = camera.camera, .from = from, .limit = kPage};
        for (;;) {
            VEDETTE_TRY(const auto page, index.list(query));
            for (const RecordedSegment& row : page) {
                bytes += row.bytes;
                recorded += row.end - row.start;
            }
            if (page.size() < kPage)
                break;
            query.after = ports::place_of(page.back());
        }
        if (recorded.count() > 0)
            out.bytes_per_day += static_cast<double>(bytes) / recorded.count() * 86'400;
    }
    const auto floor = std::max(static_cast<double>(rules.min_free_bytes),
                                rules.min_free * static_cast<double>(space.total_bytes));
    double room = static_cast<double>(all) + static_cast<double>(space.free_bytes) - floor;
    if (rules.max_bytes > 0)
        room = std::min(room, static_cast<double>(rules.max_bytes));
    out.days = out.bytes_per_day > 0 ? std::max(0.0, room) / out.bytes_per_day : 0;
    return out;
}

} // namespace vedette::recording
