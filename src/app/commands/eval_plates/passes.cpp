#include "app/commands/eval_plates/passes.h"

#include <algorithm>

#include "app/commands/eval_plates/failures.h"

namespace vedette::app {

PassTally::Pass& PassTally::pass_of(const vision::PlateTruth& label) {
    const auto known = passes_.find(label.pass);
    if (known != passes_.end())
        return known->second;
    vision::PlateFusionOptions options;
    options.regions = regions_;
    Pass fresh{.text = label.text, .fusion = {std::move(options), grammars_}};
    return passes_.emplace(label.pass, std::move(fresh)).first->second;
}

void PassTally::add(const vision::PlatePicture& truth, const PictureAnswers& said,
                    const vision::PlateScoreOptions& options) {
    for (const vision::PlateTruth& label : truth.plates) {
        if (label.pass.empty() || label.text.empty())
            continue;
        Pass& pass = pass_of(label);
        const auto read =
            std::find_if(said.answers.begin(), said.answers.end(),
                         [&](const auto& one) { return lies_on(label, one.box, options); });
        if (read == said.answers.end())
            continue;
        const domain::PlateRead& whole =
            said.plates[static_cast<std::size_t>(read - said.answers.begin())].read;
        pass.fusion.add(whole, vision::read_weight(whole));
        const bool is_right = read->resolved == pass.text;
        pass.any_is_right = pass.any_is_right || is_right;
        if (read->resolved_confidence > pass.surest) {
            pass.surest = read->resolved_confidence;
            pass.surest_is_right = is_right;
        }
    }
}

PassScore PassTally::score() const {
    PassScore out;
    const auto count = [](vision::Share& share, bool is_right) {
        ++share.total;
        share.hits += is_right ? 1 : 0;
    };
    for (const auto& [name, pass] : passes_) {
        const auto fused = pass.fusion.result();
        count(out.fused, fused && fused->resolved == pass.text);
        count(out.surest, pass.surest_is_right);
        count(out.any, pass.any_is_right);
    }
    return out;
}

} // namespace vedette::app
