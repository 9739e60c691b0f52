#include "app/server/following_outbox.h"

#include <span>
#include <vector>

namespace vedette::app {
namespace {

constexpr std::size_t kBatch = 256;

} // namespace

Status FollowingOutbox::look_back() {
    VEDETTE_TRY(const auto waiting, cases_.announcements(1));
    VEDETTE_TRY(ports::LogPosition at, cases_.position());
    if (at.value() == 0 && waiting.empty())
        return {}; // nothing was ever said
    for (;;) {
        const auto batch = events_.read(at, kBatch);
        if (!batch) {
            const ports::LogPosition beyond = events_.beyond_damage(at);
            if (beyond == at)
                return batch.error();
            at = beyond;
            continue;
        }
        if (batch->empty())
            return {};
        for (const ports::LoggedEvent& one : *batch)
            if (one.event.kind.starts_with("following."))
                there_.insert(one.event.id);
        at = batch->back().position;
    }
}

Status FollowingOutbox::publish() {
    for (;;) {
        VEDETTE_TRY(const auto waiting, cases_.announcements(kBatch));
        if (waiting.empty())
            return {};
        std::vector<domain::EventId> done;
        for (const ports::Envelope& event : waiting) {
            VEDETTE_CHECK_OK(bring(event));
            done.push_back(event.id);
        }
        VEDETTE_CHECK_OK(cases_.announced(done));
        for (const domain::EventId& id : done)
            brought_.erase(id);
    }
}

/// One that the log will never take must not hold up the others.
Status FollowingOutbox::bring(const ports::Envelope& event) {
    if (there_.contains(event.id) || brought_.contains(event.id))
        return {};
    const auto written = events_.append(std::span{&event, 1});
    if (!written && written.error().code() != ErrorCode::invalid_argument)
        return written.error();
    if (!written)
        messages_.error("an event of following is lost",
                        {{"event", event.id.value()}, {"reason", written.error().message()}});
    brought_.insert(event.id);
    return {};
}

} // namespace vedette::app
