#pragma once

#include <set>

#include "vedette/base/log.h"
#include "vedette/base/result.h"
#include "vedette/ports/event_log.h"
#include "vedette/ports/following_store.h"

namespace vedette::app {

/// Brings what the cases have to say to the event log, each event exactly once.
///
/// An event waits in the store from the commit that made it until announced(). A crash between its
/// being on the log and announced() leaves it waiting: look_back() finds it on the log again. For
/// that to be enough, no position may be committed while publish() has not come to its end.
///
/// Thread-compatible.
class FollowingOutbox {
public:
    /// Borrowed; must outlive it.
    FollowingOutbox(ports::EventLog& events, ports::FollowingStore& cases, Log& messages)
        : events_{events}, cases_{cases}, messages_{messages} {}

    /// To be called once, before publish(): what is on the log already, behind the position of the
    /// cases, is not written again. \return errors of the store and of the log
    [[nodiscard]] Status look_back();
    /// Whether look_back() found it.
    [[nodiscard]] bool was_there(const domain::EventId& id) const { return there_.contains(id); }
    /// \return errors of the log and of the store; then the same may be called again
    [[nodiscard]] Status publish();

private:
    [[nodiscard]] Status bring(const ports::Envelope& event);

    ports::EventLog& events_;
    ports::FollowingStore& cases_;
    Log& messages_;
    std::set<domain::EventId> there_;   ///< found on the log; few
    std::set<domain::EventId> brought_; ///< on the log, and waiting in the store still
};

} // namespace vedette::app
