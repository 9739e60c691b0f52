#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <utility>

#include "vedette/media/source.h"

namespace vedette::media {
namespace {

constexpr std::chrono::seconds kFarBehind{10};
/// The clock may be one that tests move: it is asked again this often.
constexpr std::chrono::milliseconds kLongestWait{50};

class PacedSource final : public Source {
public:
    PacedSource(std::unique_ptr<Source> inner, const Clock& clock)
        : inner_{std::move(inner)}, clock_{clock}, info_{inner_->info()} {
        info_.live = true;
        info_.started_at = clock_.wall_now();
    }

    [[nodiscard]] const StreamInfo& info() const override { return info_; }
    [[nodiscard]] const std::string& name() const override { return inner_->name(); }

    [[nodiscard]] Result<std::optional<Packet>> read(std::stop_token stop) override {
        VEDETTE_TRY(auto packet, inner_->read(stop));
        follow(inner_->info());
        if (packet && !wait_until_due(packet->at().time_since_epoch(), stop))
            return Error{ErrorCode::cancelled, name() + ": stopped"};
        return packet;
    }

private:
    /// The codec may have changed.
    void follow(const StreamInfo& now) {
        if (now.parameters == info_.parameters && now.audio == info_.audio)
            return;
        const StreamInfo before = std::exchange(info_, now);
        info_.live = before.live;
        info_.started_at = before.started_at;
    }

    bool wait_until_due(StreamClock::duration at, const std::stop_token& stop) {
        SteadyTime now = clock_.steady_now();
        if (!started_ || now - due(at) > kFarBehind) {
            started_ = true;
            zero_ = now - at;
        }
        std::unique_lock lock{mutex_};
        for (; now < due(at); now = clock_.steady_now()) {
            const auto wait = std::min<SteadyTime::duration>(due(at) - now, kLongestWait);
            wake_.wait_for(lock, stop, wait, [&stop] { return stop.stop_requested(); });
            if (stop.stop_requested())
                return false;
        }
        return true;
    }

    [[nodiscard]] SteadyTime due(StreamClock::duration at) const { return zero_ + at; }

    const std::unique_ptr<Source> inner_;
    const Clock& clock_;
    StreamInfo info_;
    SteadyTime zero_; ///< when stream time 0 is played
    bool started_ = false;
    std::mutex mutex_;
    std::condition_variable_any wake_;
};

} // namespace

std::unique_ptr<Source> at_real_speed(std::unique_ptr<Source> source, const Clock& clock) {
    if (source->info().live)
        return source;
    return std::make_unique<PacedSource>(std::move(source), clock);
}

} // namespace vedette::media
