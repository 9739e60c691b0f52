#include "vedette/ports/testing/memory_pass_index.h"

#include <algorithm>
#include <chrono>
#include <set>
#include <tuple>

namespace vedette::ports::testing {
namespace {

using domain::Event;

bool is_pass(const Event& event) {
    return domain::is_published(event.verdict) && event.plate &&
           !(event.plate->normalized.empty() && event.plate->resolved.empty());
}

PassRow row_of(const Event& event, std::string plate) {
    return {event.id, event.camera, event.first_seen, std::move(plate), event.plate->confidence};
}

PassList first_of(std::vector<PassRow> rows, std::size_t limit) {
    std::sort(rows.begin(), rows.end(), [](const PassRow& a, const PassRow& b) {
        return std::tie(a.at, a.event) < std::tie(b.at, b.event);
    });
    PassList list{std::move(rows), true};
    if (list.rows.size() > limit) {
        list.rows.resize(limit);
        list.complete = false;
    }
    return list;
}

} // namespace

void MemoryPassIndex::add(std::span<const Event> events) {
    events_.with([&](Events& known) {
        for (const Event& event : events)
            known.insert_or_assign(event.id, event);
    });
}

void MemoryPassIndex::forget(WallTime before) {
    events_.with([&](Events& known) {
        std::erase_if(known, [&](const auto& one) { return one.second.first_seen < before; });
    });
}

Result<PassList> MemoryPassIndex::passes_of(std::string_view plate, const TimeSpan& span,
                                            std::size_t limit) const {
    VEDETTE_CHECK_OK(check_pass_plate(plate));
    VEDETTE_CHECK_OK(check_pass_limit(limit));
    return events_.with([&](const Events& known) {
        std::vector<PassRow> rows;
        for (const auto& [id, event] : known)
            if (is_pass(event) && span.contains(event.first_seen) &&
                (event.plate->normalized == plate || event.plate->resolved == plate))
                rows.push_back(row_of(event, std::string{plate}));
        return first_of(std::move(rows), limit);
    });
}

Result<PassList> MemoryPassIndex::passes_at(const domain::CameraId& camera, const TimeSpan& span,
                                            std::size_t limit) const {
    VEDETTE_CHECK_OK(check_pass_limit(limit));
    return events_.with([&](const Events& known) {
        std::vector<PassRow> rows;
        for (const auto& [id, event] : known)
            if (is_pass(event) && span.contains(event.first_seen) && event.camera == camera)
                rows.push_back(row_of(event, event.plate->resolved.empty()
                                                 ? event.plate->normalized
                                                 : event.plate->resolved));
        return first_of(std::move(rows), limit);
    });
}

Result<std::vector<StayRow>> MemoryPassIndex::stays_among(std::span<const PassRow> passes) const {
    return events_.with([&](const Events& known) {
        std::vector<StayRow> stays;
        for (const PassRow& pass : passes)
            if (const auto event = known.find(pass.event);
                event != known.end() && event->second.stationary)
                stays.push_back({pass, event->second.last_seen});
        return stays;
    });
}

Result<std::vector<CameraCount>> MemoryPassIndex::counts_of(std::string_view plate,
                                                            const TimeSpan& span) const {
    VEDETTE_TRY(const PassList all, passes_of(plate, span, kMostRows));
    std::map<domain::CameraId, std::uint64_t> counts;
    for (const PassRow& row : all.rows)
        ++counts[row.camera];
    std::vector<CameraCount> out;
    for (const auto& [camera, passes] : counts)
        out.push_back({camera, passes});
    return out;
}

Result<std::vector<HourCount>> MemoryPassIndex::flow_at(const domain::CameraId& camera,
                                                        const TimeSpan& span) const {
    return events_.with([&](const Events& known) {
        std::map<WallTime, std::uint64_t> counts;
        for (const auto& [id, event] : known)
            if (const WallTime hour = hour_of(event.first_seen);
                is_pass(event) && event.camera == camera && hour >= hour_of(span.from) &&
                hour < span.to && span.from < span.to)
                ++counts[hour];
        std::vector<HourCount> out;
        for (const auto& [hour, passes] : counts)
            out.push_back({hour, passes});
        return out;
    });
}

Result<std::vector<domain::CameraId>> MemoryPassIndex::cameras() const {
    return events_.with([](const Events& known) {
        std::set<domain::CameraId> cameras;
        for (const auto& [id, event] : known)
            if (domain::is_published(event.verdict))
                cameras.insert(event.camera);
        return std::vector<domain::CameraId>{cameras.begin(), cameras.end()};
    });
}

} // namespace vedette::ports::testing
