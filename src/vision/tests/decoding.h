#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "detect/output_decoder.h"

namespace vedette::vision::testing {

/// A manifest with what decoders look at.
inline infer::Manifest manifest_for(std::string decoder, int width_px, int height_px,
                                    std::vector<std::string> labels) {
    infer::Manifest manifest;
    manifest.id = "test-model";
    manifest.decoder = std::move(decoder);
    manifest.input.width_px = width_px;
    manifest.input.height_px = height_px;
    manifest.labels = std::move(labels);
    return manifest;
}

/// A decoder and the numbers it is going to read, all zero at first.
class Decoding {
public:
    Decoding(DecoderFactory factory, const infer::Manifest& manifest,
             const std::vector<infer::TensorSpec>& outputs) {
        auto made = factory(manifest, outputs);
        EXPECT_TRUE(made) << made.error().message();
        if (!made)
            return;
        decoder_ = *std::move(made);
        for (const std::size_t size : decoder_->sizes())
            numbers.emplace_back(size, 0.0F);
    }
    [[nodiscard]] std::vector<Candidate> run(float min_score) {
        std::vector<std::span<const float>> views(numbers.begin(), numbers.end());
        std::vector<Candidate> out;
        decoder_->decode(views, min_score, out);
        return out;
    }
    void fill(float value) {
        for (std::vector<float>& output : numbers)
            std::fill(output.begin(), output.end(), value);
    }

    std::vector<std::vector<float>> numbers; ///< by output

private:
    std::unique_ptr<OutputDecoder> decoder_;
};

inline void expect_box(const Candidate& found, float left, float top, float right, float bottom) {
    EXPECT_NEAR(found.left, left, 1e-3);
    EXPECT_NEAR(found.top, top, 1e-3);
    EXPECT_NEAR(found.right, right, 1e-3);
    EXPECT_NEAR(found.bottom, bottom, 1e-3);
}

/// The message of the error that creating this decoder gives; fails the test if there is none.
inline std::string refusal(DecoderFactory factory, const infer::Manifest& manifest,
                           const std::vector<infer::TensorSpec>& outputs) {
    const auto made = factory(manifest, outputs);
    EXPECT_FALSE(made);
    if (made)
        return {};
    EXPECT_EQ(made.error().code(), ErrorCode::invalid_argument);
    return made.error().message();
}

} // namespace vedette::vision::testing
