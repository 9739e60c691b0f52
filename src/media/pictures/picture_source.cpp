#include "pictures/picture_source.h"

#include <array>
#include <cctype>
#include <chrono>

#include "ffmpeg/stream_data.h"
#include "pictures/picture_file.h"
#include "vedette/base/assert.h"

namespace vedette::media {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

constexpr milliseconds kDistance{40};

class PictureSource final : public Source {
public:
    PictureSource(std::vector<fs::path> files, std::string name, const SourceOptions& options,
                  Log& log)
        : files_{std::move(files)}, name_{std::move(name)}, options_{options}, log_{log} {}

    Status start(WallTime started_at);
    [[nodiscard]] const StreamInfo& info() const override { return info_; }
    [[nodiscard]] const std::string& name() const override { return name_; }
    [[nodiscard]] Result<std::optional<Packet>> read(std::stop_token stop) override;

private:
    Result<std::optional<PictureFile>> next_picture(const std::stop_token& stop);
    const std::shared_ptr<const StreamInfo::Parameters>& parameters_of(PictureKind kind);

    std::vector<fs::path> files_;
    std::string name_;
    SourceOptions options_;
    Log& log_;
    StreamInfo info_;
    std::optional<PictureFile> first_; ///< read by start(), to know what the stream is
    std::array<std::shared_ptr<const StreamInfo::Parameters>, 7> by_kind_;
    std::size_t next_ = 0;
    std::int64_t delivered_ = 0;
    std::int64_t good_in_round_ = 0;
    std::int64_t skipped_ = 0;
};

const std::shared_ptr<const StreamInfo::Parameters>&
PictureSource::parameters_of(PictureKind kind) {
    auto& known = by_kind_[static_cast<std::size_t>(kind)];
    if (!known) {
        auto fresh = std::make_shared<StreamInfo::Parameters>();
        fresh->codec.reset(avcodec_parameters_alloc());
        VEDETTE_ASSERT(fresh->codec);
        fresh->codec->codec_type = AVMEDIA_TYPE_VIDEO;
        fresh->codec->codec_id = codec_of(kind);
        fresh->frame_rate = {static_cast<int>(milliseconds{std::chrono::seconds{1}} / kDistance),
                             1};
        known = std::move(fresh);
    }
    return known;
}

Status PictureSource::start(WallTime started_at) {
    VEDETTE_TRY(first_, next_picture({}));
    if (!first_)
        return Error{ErrorCode::invalid_argument, "open '" + name_ + "': none of its " +
                                                      std::to_string(files_.size()) +
                                                      " pictures can be read"};
    info_.codec = avcodec_get_name(codec_of(first_->kind));
    info_.width_px = static_cast<int>(first_->size.width_px);
    info_.height_px = static_cast<int>(first_->size.height_px);
    info_.frame_rate = av_q2d(parameters_of(first_->kind)->frame_rate);
    info_.duration = kDistance * static_cast<std::int64_t>(files_.size());
    info_.started_at = started_at;
    info_.separate_pictures = true;
    info_.parameters = parameters_of(first_->kind);
    return {};
}

/// The next file that is a picture; nothing at the end.
Result<std::optional<PictureFile>> PictureSource::next_picture(const std::stop_token& stop) {
    while (next_ < files_.size()) {
        if (stop.stop_requested())
            return Error{ErrorCode::cancelled, "read '" + name_ + "': stopped"};
        auto picture = read_picture_file(files_[next_++], options_.max_pixels);
        if (picture) {
            ++good_in_round_;
            return std::optional{std::move(*picture)};
        }
        if (files_.size() == 1)
            return std::move(picture).error();
        ++skipped_;
        log_.warn("picture skipped", {{"why", picture.error().message()}, {"skipped", skipped_}});
    }
    return std::optional<PictureFile>{};
}

Result<std::optional<Packet>> PictureSource::read(std::stop_token stop) {
    std::optional<PictureFile> picture = std::exchange(first_, std::nullopt);
    if (!picture) {
        VEDETTE_TRY(picture, next_picture(stop));
    }
    if (!picture && options_.loop && good_in_round_ > 0) {
        next_ = 0;
        good_in_round_ = 0;
        VEDETTE_TRY(picture, next_picture(stop));
    }
    if (!picture)
        return std::optional<Packet>{};
    const StreamTime at{kDistance * delivered_++};
    auto data = std::make_shared<Packet::Data>();
    data->packet = std::move(picture->bytes);
    data->packet->pts = data->packet->dts = at.time_since_epoch().count();
    data->packet->time_base = ffmpeg::kMicroseconds;
    data->packet->flags |= AV_PKT_FLAG_KEY;
    data->at = at;
    data->parameters = parameters_of(picture->kind);
    return std::optional{Packet{std::move(data)}};
}

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

std::string_view take_number(std::string_view& text) noexcept {
    std::size_t count = 0;
    while (count < text.size() && is_digit(text[count]))
        ++count;
    std::string_view number = text.substr(0, count);
    text.remove_prefix(count);
    while (number.size() > 1 && number.front() == '0')
        number.remove_prefix(1);
    return number;
}

} // namespace

bool natural_less(std::string_view a, std::string_view b) noexcept {
    const auto whole_a = a;
    const auto whole_b = b;
    while (!a.empty() && !b.empty()) {
        if (is_digit(a.front()) && is_digit(b.front())) {
            const auto x = take_number(a);
            const auto y = take_number(b);
            if (x != y)
                return x.size() != y.size() ? x.size() < y.size() : x < y;
            continue;
        }
        if (a.front() != b.front())
            return static_cast<unsigned char>(a.front()) < static_cast<unsigned char>(b.front());
        a.remove_prefix(1);
        b.remove_prefix(1);
    }
    if (a.empty() != b.empty())
        return a.empty();
    return whole_a < whole_b; // 01 and 1: any order, but always the same
}

Result<std::unique_ptr<Source>> open_picture_source(std::vector<fs::path> files, std::string name,
                                                    WallTime started_at,
                                                    const SourceOptions& options, Log& log) {
    auto source = std::make_unique<PictureSource>(std::move(files), std::move(name), options, log);
    VEDETTE_CHECK_OK(source->start(started_at));
    return source;
}

} // namespace vedette::media
