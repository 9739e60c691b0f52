#include "vedette/media/frame_reader.h"

namespace vedette::media {

struct FrameReader::State {
    std::unique_ptr<Source> source;
    std::unique_ptr<Decoder> decoder;
    std::optional<Packet> waiting; ///< refused for lack of buffers
    bool ended = false;

    Status feed(const std::stop_token& stop);
};

/// Gives the decoder one more packet, or tells it that there are none.
Status FrameReader::State::feed(const std::stop_token& stop) {
    if (!waiting) {
        VEDETTE_TRY(waiting, source->read(stop));
    }
    if (!waiting) {
        ended = true;
        return decoder->finish();
    }
    VEDETTE_CHECK_OK(decoder->send(*waiting));
    waiting.reset();
    return {};
}

Result<FrameReader> FrameReader::open(std::unique_ptr<Source> source, const DecoderOptions& options,
                                      Log& log) {
    VEDETTE_TRY(auto decoder, Decoder::open(source->info(), options, log));
    return FrameReader{
        std::make_unique<State>(State{std::move(source), std::move(decoder), std::nullopt, false})};
}

FrameReader::FrameReader(std::unique_ptr<State> state) : state_{std::move(state)} {}
FrameReader::FrameReader(FrameReader&&) noexcept = default;
FrameReader& FrameReader::operator=(FrameReader&&) noexcept = default;
FrameReader::~FrameReader() = default;

Result<std::optional<imaging::FramePtr>> FrameReader::next(std::stop_token stop) {
    for (;;) {
        VEDETTE_TRY(auto frame, state_->decoder->receive());
        if (frame || state_->ended)
            return frame;
        VEDETTE_CHECK_OK(state_->feed(stop));
    }
}

const StreamInfo& FrameReader::info() const { return state_->source->info(); }

const DecoderStats& FrameReader::stats() const { return state_->decoder->stats(); }

} // namespace vedette::media
