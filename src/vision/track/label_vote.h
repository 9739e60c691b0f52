#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace vedette::vision {

/// The name under which labels may stand for each other: a detector that calls one car "car" now
/// and "truck" then sees one vehicle; a person is never anything else.
[[nodiscard]] std::string_view kind_of(const std::string& label) noexcept;

/// Which label an object carries when its detections disagree: the one with the most score.
///
/// Its size is bounded by the labels of one kind.
class LabelVote {
public:
    LabelVote(const std::string& label, float score);
    void add(const std::string& label, float score);
    [[nodiscard]] const std::string& winner() const noexcept { return entries_.front().label; }

private:
    struct Entry {
        std::string label;
        double score = 0;
    };
    std::vector<Entry> entries_; ///< most score first; of equals the older
};

} // namespace vedette::vision
