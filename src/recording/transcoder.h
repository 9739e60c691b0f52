#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "encode_load.h"
#include "vedette/base/log.h"
#include "vedette/imaging/frame.h"
#include "vedette/media/decoder.h"
#include "vedette/media/encoder.h"
#include "vedette/recording/encoded_tap.h"

namespace vedette::recording {

/// Packets of a camera in, packets that were encoded anew out; sound goes through between them.
///
/// Thread-compatible. Never gives packets back of a picture that the mask was not burnt into.
class Transcoder {
public:
    struct Parts {
        std::shared_ptr<media::EncoderChooser> encoders;
        Log* log = nullptr;
        std::string camera;
        imaging::PictureMask mask;
        std::string hwaccel;
    };
    using Output =
        std::function<void(const media::Packet&, const std::shared_ptr<const media::StreamInfo>&)>;

    Transcoder(EncodeOptions options, Parts parts, Output output);
    ~Transcoder();

    /// \return an error if nothing can be decoded, or no encoder works; later packets may do.
    Status take(const media::Packet& packet, const media::StreamInfo& streams);
    /// The packets that follow do not follow those before.
    void skip();
    /// Gives out what is inside.
    Status finish();
    /// From the next picture on.
    void change(const EncodeLoad::Step& step);

    [[nodiscard]] std::uint64_t encoded() const noexcept { return encoded_; }
    /// Encoders that failed and were replaced.
    [[nodiscard]] std::uint64_t replaced() const noexcept { return replaced_; }
    [[nodiscard]] const std::string& encoder_name() const noexcept { return name_; }

private:
    Status decode(const media::Packet& packet, const media::StreamInfo& streams);
    Status take_pictures();
    Status take_picture(const imaging::FramePtr& picture);
    [[nodiscard]] bool is_due(const imaging::Frame& picture);
    Status open_encoder(const imaging::ImageView& like);
    Status encode(const imaging::FramePtr& picture);
    Status send(const imaging::FramePtr& picture);
    Status collect();
    Status close_encoder();
    Status replace(const Error& why);
    void give(const media::Packet& packet);
    void let_sound_through(std::optional<StreamTime> until);
    [[nodiscard]] media::EncoderOptions wanted_for(const imaging::ImageView& like) const;

    const EncodeOptions options_;
    const Parts parts_;
    const Output output_;
    EncodeLoad::Step step_;
    bool step_changed_ = false;

    std::unique_ptr<media::Decoder> decoder_;
    bool waits_for_key_ = true;
    media::StreamInfo streams_; ///< of the input
    std::optional<StreamTime> next_due_;

    std::unique_ptr<media::Encoder> encoder_;
    std::string name_;
    std::shared_ptr<const media::StreamInfo> out_streams_;
    int source_width_px_ = 0; ///< of the pictures that it was opened for
    int source_height_px_ = 0;
    std::optional<StreamTime> last_key_;
    std::optional<StreamTime> last_sent_;
    std::optional<StreamTime> last_given_;
    std::deque<imaging::FramePtr> inside_; ///< sent, and not come out yet
    std::deque<media::Packet> sound_;      ///< until the pictures before it are out
    std::uint64_t encoded_ = 0;
    std::uint64_t replaced_ = 0;
};

} // namespace vedette::recording
