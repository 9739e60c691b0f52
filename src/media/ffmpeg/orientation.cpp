#include "ffmpeg/orientation.h"

#include <array>
#include <cstdlib>
#include <cstring>

namespace vedette::media::ffmpeg {
namespace {

int sign(std::int32_t value) noexcept { return (value > 0) - (value < 0); }

Orientation from_bytes(const std::uint8_t* bytes) noexcept {
    std::array<std::int32_t, 9> matrix{};
    std::memcpy(matrix.data(), bytes, sizeof matrix);
    return from_display_matrix(matrix);
}

} // namespace

Orientation from_display_matrix(std::span<const std::int32_t, 9> matrix) noexcept {
    // A point (x, y), y down, goes to (a x + c y, b x + d y).
    const int a = sign(matrix[0]);
    const int b = sign(matrix[1]);
    const int c = sign(matrix[3]);
    const int d = sign(matrix[4]);
    const auto is = [&](int wa, int wb, int wc, int wd) {
        return a == wa && b == wb && c == wc && d == wd;
    };
    if (is(0, 1, -1, 0))
        return {1, false};
    if (is(-1, 0, 0, -1))
        return {2, false};
    if (is(0, -1, 1, 0))
        return {3, false};
    if (is(-1, 0, 0, 1))
        return {0, true};
    if (is(0, -1, -1, 0))
        return {1, true};
    if (is(1, 0, 0, -1))
        return {2, true};
    if (is(0, 1, 1, 0))
        return {3, true};
    return {};
}

Orientation from_exif(int tag) noexcept {
    switch (tag) {
    case 2: return {0, true};
    case 3: return {2, false};
    case 4: return {2, true};
    case 5: return {3, true};
    case 6: return {1, false};
    case 7: return {1, true};
    case 8: return {3, false};
    default: return {};
    }
}

Orientation orientation_of(const AVStream& stream) noexcept {
    std::size_t size = 0;
    const std::uint8_t* bytes = av_stream_get_side_data(&stream, AV_PKT_DATA_DISPLAYMATRIX, &size);
    return bytes != nullptr && size >= 9 * sizeof(std::int32_t) ? from_bytes(bytes) : Orientation{};
}

Orientation orientation_of(const AVFrame& frame, Orientation of_stream) noexcept {
    const AVFrameSideData* side = av_frame_get_side_data(&frame, AV_FRAME_DATA_DISPLAYMATRIX);
    if (side != nullptr && side->size >= 9 * sizeof(std::int32_t))
        return from_bytes(side->data);
    if (const AVDictionaryEntry* exif = av_dict_get(frame.metadata, "Orientation", nullptr, 0))
        return from_exif(static_cast<int>(std::strtol(exif->value, nullptr, 10)));
    return of_stream;
}

} // namespace vedette::media::ffmpeg
