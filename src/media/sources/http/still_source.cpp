#include "sources/http/still_source.h"

#include <algorithm>
#include <condition_variable>
#include <cstring>
#include <mutex>

#include "ffmpeg/stream_data.h"
#include "pictures/picture_file.h"
#include "pictures/picture_header.h"
#include "vedette/base/assert.h"
#include "vedette/net/http.h"
#include "vedette/net/url.h"

namespace vedette::media {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

constexpr std::size_t kMostPictureBytes = 32UL * 1024 * 1024;
constexpr milliseconds kShortestInterval{20};
/// The clock may be one that tests move: it is asked again this often.
constexpr milliseconds kLongestWait{50};

std::span<const std::uint8_t> bytes_of(const std::string& body) {
    return {reinterpret_cast<const std::uint8_t*>(body.data()), body.size()};
}

class StillSource final : public Source {
public:
    StillSource(std::string location, const SourceOptions& options, const Clock& clock)
        : options_{options}, clock_{clock}, name_{without_credentials(location)},
          interval_{std::max(options.picture_interval, kShortestInterval)} {
        request_.url = std::move(location);
        request_.tls = options.tls;
        request_.max_body = kMostPictureBytes;
    }

    Status start();
    [[nodiscard]] const StreamInfo& info() const override { return info_; }
    [[nodiscard]] const std::string& name() const override { return name_; }
    [[nodiscard]] Result<std::optional<Packet>> read(std::stop_token stop) override;

private:
    Status fetch(const net::Patience& patience, const char* doing);
    [[nodiscard]] Error refused(const net::HttpAnswer& answer, const std::string& doing) const;
    Status check_picture();
    bool wait_until(SteadyTime due, const std::stop_token& stop);
    [[nodiscard]] Packet packet_at(StreamTime at) const;

    const SourceOptions options_;
    const Clock& clock_;
    const std::string name_;
    const milliseconds interval_;
    net::HttpRequest request_;
    net::HttpClient client_;
    net::HttpAnswer newest_;
    StreamInfo info_;
    SteadyTime started_;
    SteadyTime due_;
    bool first_ = true; ///< it was fetched by start()
    StreamTime last_{microseconds{-1}};
    std::mutex mutex_;
    std::condition_variable_any wake_;
};

Error StillSource::refused(const net::HttpAnswer& answer, const std::string& doing) const {
    const std::string what = doing + " '" + name_ + "': ";
    switch (answer.status) {
    case 401:
    case 403: return {ErrorCode::permission_denied, what + "user or password are not accepted"};
    case 404: return {ErrorCode::not_found, what + "the server has nothing at this path"};
    default:
        return {ErrorCode::unavailable,
                what + "the server answers with status " + std::to_string(answer.status)};
    }
}

/// \pre newest_ is what the server sent
Status StillSource::check_picture() {
    const auto bytes = bytes_of(newest_.body);
    const auto kind = picture_kind(bytes);
    if (!kind)
        return Error{ErrorCode::unavailable,
                     "read '" + name_ + "': that is no picture but " +
                         (newest_.content_type.empty() ? "something" : newest_.content_type)};
    const auto size = declared_size(*kind, bytes);
    if (size && size->width_px * size->height_px > options_.max_pixels)
        return Error{ErrorCode::invalid_argument,
                     "open '" + name_ + "': " + std::to_string(size->width_px) + "x" +
                         std::to_string(size->height_px) + " pixels are more than the " +
                         std::to_string(options_.max_pixels) + " allowed"};
    if (size) {
        info_.width_px = static_cast<int>(size->width_px);
        info_.height_px = static_cast<int>(size->height_px);
    }
    const std::string codec = avcodec_get_name(codec_of(*kind));
    if (info_.parameters && codec == info_.codec)
        return {};
    auto parameters = std::make_shared<StreamInfo::Parameters>();
    parameters->codec.reset(avcodec_parameters_alloc());
    VEDETTE_ASSERT(parameters->codec);
    parameters->codec->codec_type = AVMEDIA_TYPE_VIDEO;
    parameters->codec->codec_id = codec_of(*kind);
    parameters->codec->width = info_.width_px;
    parameters->codec->height = info_.height_px;
    parameters->frame_rate = {1000, static_cast<int>(interval_.count())};
    info_.codec = codec;
    info_.parameters = std::move(parameters);
    return {};
}

Status StillSource::fetch(const net::Patience& patience, const char* doing) {
    request_.headers.clear();
    if (!newest_.entity_tag.empty())
        request_.headers.push_back("If-None-Match: " + newest_.entity_tag);
    else if (!newest_.modified.empty())
        request_.headers.push_back("If-Modified-Since: " + newest_.modified);
    auto answer = client_.ask(request_, patience);
    if (!answer)
        return std::move(answer).error().with_context(std::string{doing} + " '" + name_ + "'");
    if (answer->status == 304 && !newest_.body.empty())
        return {};
    if (answer->status != 200)
        return refused(*answer, doing);
    newest_ = std::move(*answer);
    return check_picture();
}

Status StillSource::start() {
    VEDETTE_CHECK_OK(fetch({clock_, options_.open_timeout, options_.stop}, "open"));
    started_ = due_ = clock_.steady_now();
    info_.live = true;
    info_.container = "still";
    info_.transport = request_.url.starts_with("https") ? "https" : "http";
    info_.started_at = clock_.wall_now();
    info_.frame_rate = 1000.0 / static_cast<double>(interval_.count());
    return {};
}

bool StillSource::wait_until(SteadyTime due, const std::stop_token& stop) {
    std::unique_lock lock{mutex_};
    for (SteadyTime now = clock_.steady_now(); now < due; now = clock_.steady_now()) {
        wake_.wait_for(lock, stop, std::min<SteadyTime::duration>(due - now, kLongestWait),
                       [&stop] { return stop.stop_requested(); });
        if (stop.stop_requested())
            return false;
    }
    return !stop.stop_requested();
}

Packet StillSource::packet_at(StreamTime at) const {
    auto data = std::make_shared<Packet::Data>();
    data->packet.reset(av_packet_alloc());
    VEDETTE_ASSERT(data->packet &&
                   av_new_packet(data->packet.get(), static_cast<int>(newest_.body.size())) == 0);
    std::memcpy(data->packet->data, newest_.body.data(), newest_.body.size());
    data->packet->pts = data->packet->dts = at.time_since_epoch().count();
    data->packet->time_base = ffmpeg::kMicroseconds;
    data->packet->flags |= AV_PKT_FLAG_KEY;
    data->at = at;
    data->parameters = info_.parameters;
    return Packet{std::move(data)};
}

/// Who reads too late gets the next picture that is due, not those that he missed.
Result<std::optional<Packet>> StillSource::read(std::stop_token stop) {
    if (!first_) {
        due_ = std::max(due_ + interval_, clock_.steady_now());
        if (!wait_until(due_, stop))
            return Error{ErrorCode::cancelled, "read '" + name_ + "': stopped"};
        VEDETTE_CHECK_OK(fetch({clock_, options_.read_timeout, stop}, "read"));
    }
    const bool first = std::exchange(first_, false);
    const auto since = std::chrono::duration_cast<microseconds>(clock_.steady_now() - started_);
    last_ = std::max(first ? StreamTime{} : StreamTime{since}, last_ + microseconds{1});
    return std::optional{packet_at(last_)};
}

} // namespace

Result<std::unique_ptr<Source>>
open_still_source(const std::string& location, const SourceOptions& options, const Clock& clock) {
    auto source = std::make_unique<StillSource>(location, options, clock);
    VEDETTE_CHECK_OK(source->start());
    return source;
}

} // namespace vedette::media
