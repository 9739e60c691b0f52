#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "vedette/base/clock.h"
#include "vedette/media/packet.h"
#include "vedette/media/source.h"

namespace vedette::recording {

/// What comes of an input, in this order.
struct Came {
    media::Packet packet;
    std::shared_ptr<const media::StreamInfo> streams;
    WallTime at; ///< by the machine's clock
};
struct Missed {}; ///< packets
struct Ended {
    std::string why;
};
struct Withheld {
    std::string why;
};
using Arrival = std::variant<Came, Missed, Ended, Withheld>;

/// What came of a camera and waits for the writer. To wake it costs as much as to write a packet,
/// so it is told of some of them at once: of a key frame and what came before it, and otherwise
/// when half a second of the stream has come since. A fragment ends with a key frame or a second
/// after it began, so it is written a packet or two later than if each were handed over by itself.
///
/// Thread-compatible.
class Inbox {
public:
    static constexpr std::chrono::milliseconds kGathered{500}; ///< of the stream's time
    static constexpr std::size_t kMostGathered = 256; ///< arrivals: where a stream's time stands

    /// \return whether the writer is to be told
    [[nodiscard]] bool add(Arrival arrival) {
        const bool tell = !told_ && is_worth_telling(arrival);
        arrived_.push_back(std::move(arrival));
        told_ = told_ || tell;
        return tell;
    }
    /// The writer could not be told: the next arrival that is worth it is to tell it.
    void not_told() { told_ = false; }
    /// Everything; what `into` held is gone.
    void take(std::vector<Arrival>& into) {
        into.clear();
        into.swap(arrived_);
        told_ = false;
    }

private:
    [[nodiscard]] bool is_worth_telling(const Arrival& arrival) {
        const auto* came = std::get_if<Came>(&arrival);
        if (came == nullptr)
            return true;
        const StreamTime at = came->packet.decoding_at();
        const bool may_wait = !came->packet.key_frame() && told_of_ &&
                              std::chrono::abs(at - *told_of_) < kGathered &&
                              arrived_.size() < kMostGathered;
        if (!may_wait)
            told_of_ = at;
        return !may_wait;
    }

    std::vector<Arrival> arrived_;
    std::optional<StreamTime> told_of_; ///< decoding time of the newest packet that was told of
    bool told_ = false;                 ///< and it has not come yet
};

} // namespace vedette::recording
