#include <utility>

#include "vedette/media/segment_muxer.h"

namespace vedette::media {
namespace {

class TappedSource final : public Source {
public:
    TappedSource(std::unique_ptr<Source> inner, std::unique_ptr<PacketTap> tap)
        : inner_{std::move(inner)}, tap_{std::move(tap)} {}
    TappedSource(const TappedSource&) = delete;
    TappedSource& operator=(const TappedSource&) = delete;
    ~TappedSource() override { end("the reader stopped"); }

    [[nodiscard]] const StreamInfo& info() const override { return inner_->info(); }
    [[nodiscard]] const std::string& name() const override { return inner_->name(); }

    [[nodiscard]] Result<std::optional<Packet>> read(std::stop_token stop) override {
        while (true) {
            auto packet = inner_->read(stop);
            if (!packet || !*packet) {
                end(packet ? "" : packet.error().message());
                return packet;
            }
            if (tap_)
                tap_->take(**packet, inner_->info());
            if ((*packet)->kind() == PacketKind::video)
                return packet;
        }
    }

private:
    void end(const std::string& why) {
        if (const auto tap = std::exchange(tap_, nullptr))
            tap->end(why);
    }

    const std::unique_ptr<Source> inner_;
    std::unique_ptr<PacketTap> tap_;
};

} // namespace

std::unique_ptr<Source> tapped(std::unique_ptr<Source> source, std::unique_ptr<PacketTap> tap) {
    return std::make_unique<TappedSource>(std::move(source), std::move(tap));
}

} // namespace vedette::media
