#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <stop_token>
#include <string>

#include "app/server/trusted_time.h"
#include "vedette/base/clock.h"
#include "vedette/base/guarded.h"
#include "vedette/base/log.h"
#include "vedette/base/result.h"
#include "vedette/config/units.h"
#include "vedette/domain/event.h"
#include "vedette/events/durable_log.h"
#include "vedette/pipeline/options.h"
#include "vedette/ports/event_store.h"
#include "vedette/ports/object_store.h"

namespace vedette::app {

/// How long and how much of what the server learns is kept, by class.
struct RetentionOptions {
    using Age = std::chrono::microseconds;
    Age log{std::chrono::days{7}};                ///< `events.log.retain`
    config::ByteSize log_size{};                  ///< `events.log.max_size`; 0: no limit
    config::ByteSize store_size{10'000'000'000};  ///< `database.max_size`
    Age sightings{std::chrono::days{30}};         ///< `privacy.retain.plates`
    pipeline::SnapshotOptions::Retain pictures{}; ///< `snapshots.retain`
    std::map<std::string, pipeline::SnapshotOptions::Retain> pictures_of{}; ///< by camera

    /// Of the pictures of one sighting; never longer than the sighting itself.
    [[nodiscard]] Age picture_age(const domain::Event& event) const;
    friend bool operator==(const RetentionOptions&, const RetentionOptions&) = default;
};

/// Removes what is older than it may be: pictures, sightings with the pictures that are left, then
/// the log that both came from. A clock that was just set is not believed at once.
///
/// enforce() is for one thread; change() for any.
class Retention {
public:
    /// Everything is borrowed and must outlive this.
    struct Parts {
        ports::EventStore* store = nullptr;
        ports::ObjectStore* pictures = nullptr;
        std::function<Status()> make_durable; ///< what the store took so far survives a power cut
        std::function<Result<events::RetentionReport>(const events::RetentionRule&)> retain_log;
        std::string subscriber; ///< of the log, whose position the store keeps
        /// Up to where other subscribers no longer need the log; may be empty, or say nothing.
        std::function<std::optional<ports::LogPosition>()> others_handled{};
        /// Pictures that stay whatever their age; may be empty. \return errors: then none goes
        std::function<Result<std::set<std::string>>()> held{};
        Log* messages = nullptr;
        const Clock* clock = nullptr;
        /// Time of the last thing that was written down before the start; see TrustedTime.
        std::optional<WallTime> newest{};
    };
    Retention(RetentionOptions options, Parts parts);

    /// From the next enforce() on.
    void change(RetentionOptions options);

    /// In short transactions, so that what comes in meanwhile does not wait, and of a long arrear
    /// only a part: the rest next time. \return errors of the stores.
    [[nodiscard]] Status enforce(std::stop_token stop = {});

private:
    [[nodiscard]] Status forget_pictures(const RetentionOptions& options, WallTime now);
    [[nodiscard]] Status forget_pictures_at(RetentionOptions::Age age,
                                            const RetentionOptions& options, WallTime now);
    [[nodiscard]] Status forget_pictures_between(WallTime from, WallTime to,
                                                 RetentionOptions::Age age,
                                                 const RetentionOptions& options);
    [[nodiscard]] Status forget_sightings(WallTime before);
    [[nodiscard]] Status forget_log(const RetentionOptions& options, WallTime now);

    const Parts parts_;
    TrustedTime time_;
    Guarded<RetentionOptions> wanted_;
    std::stop_token stop_;                                     ///< of the call of enforce()
    std::set<std::string> held_;                               ///< in this call of enforce()
    RetentionOptions enforced_;                                ///< the last time
    std::map<RetentionOptions::Age, WallTime> looked_through_; ///< age of pictures -> up to when
};

} // namespace vedette::app
