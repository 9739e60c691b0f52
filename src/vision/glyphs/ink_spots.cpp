#include "glyphs/ink_spots.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace vedette::vision {
namespace {

/// The first column from `x` on whose being marked is `wanted`, or `width`.
int next_change(const unsigned char* row, int x, int width, bool wanted) {
    constexpr int kWord = 8;
    for (; x + kWord <= width; x += kWord) { // unmarked stretches are long: eight at once
        std::uint64_t eight = 0;
        std::memcpy(&eight, row + x, kWord);
        if (wanted ? eight != 0 : eight != ~std::uint64_t{0})
            break;
    }
    while (x < width && (row[x] != 0) != wanted)
        ++x;
    return x;
}

void take_in(InkSpot& whole, const InkSpot& part) {
    whole.left = std::min(whole.left, part.left);
    whole.top = std::min(whole.top, part.top);
    whole.right = std::max(whole.right, part.right);
    whole.bottom = std::max(whole.bottom, part.bottom);
    whole.area += part.area;
}

} // namespace

const std::vector<InkSpot>& InkSpots::find(const cv::Mat& marked) {
    above_.clear();
    parent_.clear();
    parts_.clear();
    for (int y = 0; y < marked.rows; ++y) {
        read_row(marked.ptr<unsigned char>(y), marked.cols, y);
        join_with_row_above();
        std::swap(above_, row_);
    }
    collect();
    return spots_;
}

void InkSpots::read_row(const unsigned char* row, int width, int y) {
    row_.clear();
    for (int x = next_change(row, 0, width, true); x < width;
         x = next_change(row, x, width, true)) {
        const int from = x;
        x = next_change(row, x, width, false);
        const int spot = static_cast<int>(parts_.size());
        row_.push_back({from, x, spot});
        parts_.push_back({from, y, x, y + 1, x - from});
        parent_.push_back(spot);
    }
}

void InkSpots::join_with_row_above() {
    std::size_t up = 0;
    for (Run& run : row_) {
        while (up < above_.size() && above_[up].to < run.from) // diagonal neighbours touch
            ++up;
        for (std::size_t i = up; i < above_.size() && above_[i].from <= run.to; ++i) {
            const int one = root(above_[i].spot);
            const int other = root(run.spot);
            if (one == other)
                continue;
            const int kept = std::min(one, other);
            const int gone = std::max(one, other);
            parent_[static_cast<std::size_t>(gone)] = kept;
            take_in(parts_[static_cast<std::size_t>(kept)], parts_[static_cast<std::size_t>(gone)]);
        }
    }
}

int InkSpots::root(int spot) {
    while (parent_[static_cast<std::size_t>(spot)] != spot) {
        int& up = parent_[static_cast<std::size_t>(spot)];
        up = parent_[static_cast<std::size_t>(up)];
        spot = up;
    }
    return spot;
}

void InkSpots::collect() {
    spots_.clear();
    for (std::size_t i = 0; i < parts_.size(); ++i)
        if (parent_[i] == static_cast<int>(i))
            spots_.push_back(parts_[i]);
}

} // namespace vedette::vision
