#include "ffmpeg/codec_details.h"

extern "C" {
#include <libavutil/pixdesc.h>
}

namespace vedette::media::ffmpeg {

CodecDetails details_of(const StreamInfo::Parameters& parameters) {
    const AVCodecParameters& codec = *parameters.codec;
    CodecDetails out;
    if (const char* profile = avcodec_profile_name(codec.codec_id, codec.profile))
        out.profile = profile;
    if (codec.codec_type == AVMEDIA_TYPE_VIDEO)
        if (const char* format = av_get_pix_fmt_name(static_cast<AVPixelFormat>(codec.format)))
            out.pixel_format = format;
    out.sample_rate_hz = codec.sample_rate;
    out.channels = codec.ch_layout.nb_channels;
    return out;
}

} // namespace vedette::media::ffmpeg
