#pragma once

#include <memory>
#include <optional>
#include <stop_token>

#include "vedette/media/decoder.h"
#include "vedette/media/source.h"

namespace vedette::media {

/// A source and its decoder as one sequence of frames. For files and tests; live cameras run the
/// two on different threads.
///
/// Thread-compatible.
class FrameReader {
public:
    static Result<FrameReader> open(std::unique_ptr<Source> source, const DecoderOptions& options,
                                    Log& log);
    FrameReader(FrameReader&&) noexcept;
    FrameReader& operator=(FrameReader&&) noexcept;
    ~FrameReader();

    /// \return the next frame; nothing at the end; errors as Source::read() and Decoder.
    [[nodiscard]] Result<std::optional<imaging::FramePtr>> next(std::stop_token stop = {});
    [[nodiscard]] const StreamInfo& info() const;
    [[nodiscard]] const DecoderStats& stats() const;

private:
    struct State;
    explicit FrameReader(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

} // namespace vedette::media
