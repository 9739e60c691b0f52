#include "wall_anchor.h"

#include <chrono>
#include <memory>

namespace vedette::pipeline {
namespace {

constexpr std::chrono::seconds kStep{1};

} // namespace

imaging::FramePtr WallAnchor::dated(imaging::FramePtr frame) {
    const auto since_opened = offset() - opened_;
    if (since_opened - shift_ > kStep || shift_ - since_opened > kStep)
        shift_ = since_opened;
    if (shift_ == WallTime::duration::zero())
        return frame;
    auto again = std::make_shared<imaging::Frame>(*frame);
    again->captured_at += shift_;
    return again;
}

WallTime::duration WallAnchor::offset() const {
    return clock_.wall_now().time_since_epoch() -
           std::chrono::duration_cast<WallTime::duration>(clock_.steady_now().time_since_epoch());
}

} // namespace vedette::pipeline
