#include "detect/ssd/decoder.h"

#include <cmath>
#include <string>

#include "detect/decoder_options.h"

namespace vedette::vision {
namespace {

Result<std::size_t> find_output(const DecoderOptions& options, const std::string& key,
                                const std::vector<infer::TensorSpec>& outputs,
                                std::size_t otherwise) {
    const std::string name = options.text(key, "");
    if (name.empty())
        return otherwise;
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        if (outputs[i].name == name)
            return i;
    }
    std::string known;
    for (const infer::TensorSpec& output : outputs)
        known += " " + output.name;
    return options.wrong(key, "the name of an output:" + known);
}

/// The priors that the manifest gives: a file, or their sides on each grid.
Result<std::vector<Prior>> priors_of(const infer::Manifest& manifest,
                                     const DecoderOptions& options) {
    const auto file = manifest.extra_files.find("priors");
    const std::string sides = options.text("prior_sides", "");
    if ((file == manifest.extra_files.end()) == sides.empty())
        return Error{ErrorCode::invalid_argument,
                     "box_form: offsets needs either extra_files.priors or "
                     "decoder_options.prior_sides"};
    if (sides.empty())
        return load_priors(file->second);
    VEDETTE_TRY(const std::vector<int> strides, options.strides({8, 16, 32, 64}));
    const auto groups = parse_prior_sides(sides);
    if (!groups || groups->size() != strides.size())
        return options.wrong("prior_sides",
                             "sides in pixels for each of " + std::to_string(strides.size()) +
                                 " strides, like \"10 16 24; 32 48; 64 96; 128 192 256\"");
    return square_priors(manifest.input, strides, *groups);
}

} // namespace

Result<std::unique_ptr<OutputDecoder>>
SsdDecoder::create(const infer::Manifest& manifest, const std::vector<infer::TensorSpec>& outputs) {
    VEDETTE_TRY(const DecoderOptions options,
                DecoderOptions::of(manifest, {"boxes", "scores", "box_form", "variances",
                                              "background", "prior_sides", "strides"}));
    VEDETTE_CHECK_OK(expect_outputs("ssd", outputs, 2));
    std::unique_ptr<SsdDecoder> decoder{new SsdDecoder};
    decoder->width_px_ = static_cast<float>(manifest.input.width_px);
    decoder->height_px_ = static_cast<float>(manifest.input.height_px);
    decoder->classes_ = manifest.labels.size();
    VEDETTE_TRY(
        decoder->background_,
        options.integer("background", -1, -1, static_cast<int>(manifest.labels.size()) - 1));
    VEDETTE_TRY(const std::vector<double> variances,
                options.numbers("variances", {0.1, 0.1, 0.2, 0.2}, 4));
    for (std::size_t i = 0; i < 4; ++i)
        decoder->variances_[i] = static_cast<float>(variances[i]);

    const std::string form = options.text("box_form", "offsets");
    if (form != "offsets" && form != "corners")
        return options.wrong("box_form", "offsets or corners");
    if (form == "offsets") {
        VEDETTE_TRY(decoder->priors_, priors_of(manifest, options));
    }
    VEDETTE_CHECK_OK(decoder->place_outputs(options, outputs));
    return decoder;
}

Status SsdDecoder::place_outputs(const DecoderOptions& options,
                                 const std::vector<infer::TensorSpec>& outputs) {
    VEDETTE_TRY(boxes_output_, find_output(options, "boxes", outputs, 0));
    VEDETTE_TRY(scores_output_, find_output(options, "scores", outputs, 1 - boxes_output_));
    if (boxes_output_ == scores_output_)
        return options.wrong("scores", "another output than that of the boxes");
    boxes_ = priors_.empty() ? infer::element_count(picture_shape(outputs[boxes_output_])) / 4
                             : priors_.size();
    if (boxes_ == 0)
        return misfit("ssd", outputs[boxes_output_],
                      "at least one box, and a number of boxes that is fixed");
    sizes_.assign(2, 0);
    sizes_[boxes_output_] = boxes_ * 4;
    sizes_[scores_output_] = boxes_ * classes_;
    VEDETTE_CHECK_OK(expect_size("ssd", outputs[boxes_output_], sizes_[boxes_output_]));
    return expect_size("ssd", outputs[scores_output_], sizes_[scores_output_]);
}

Candidate SsdDecoder::box_at(std::size_t index, const float* values) const noexcept {
    Candidate box;
    if (priors_.empty()) {
        box.left = values[0] * width_px_;
        box.top = values[1] * height_px_;
        box.right = values[2] * width_px_;
        box.bottom = values[3] * height_px_;
        return box;
    }
    const Prior& prior = priors_[index];
    const float x = prior.centre_x + values[0] * variances_[0] * prior.width;
    const float y = prior.centre_y + values[1] * variances_[1] * prior.height;
    const float width = prior.width * std::exp(values[2] * variances_[2]);
    const float height = prior.height * std::exp(values[3] * variances_[3]);
    return candidate_around(x * width_px_, y * height_px_, width * width_px_, height * height_px_,
                            0, 0);
}

void SsdDecoder::decode(Outputs outputs, float min_score, std::vector<Candidate>& into) {
    const float* scores = outputs[scores_output_].data();
    for (std::size_t box = 0; box < boxes_; ++box, scores += classes_) {
        int best = -1;
        for (int index = 0; index < static_cast<int>(classes_); ++index) {
            if (index != background_ && scores[index] >= min_score &&
                (best < 0 || scores[index] > scores[best]))
                best = index;
        }
        if (best < 0)
            continue;
        Candidate candidate = box_at(box, outputs[boxes_output_].data() + box * 4);
        candidate.score = scores[best];
        candidate.class_index = best;
        into.push_back(candidate);
    }
}

} // namespace vedette::vision
