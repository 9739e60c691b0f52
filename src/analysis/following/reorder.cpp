#include <algorithm>

#include "vedette/analysis/following.h"

namespace vedette::analysis {
namespace {

/// For a heap with the earliest on top.
bool later(const Pass& a, const Pass& b) { return comes_before(b, a); }

} // namespace

PassReorder::PassReorder(std::chrono::milliseconds window, std::size_t max_held)
    : window_{window}, max_held_{std::max<std::size_t>(1, max_held)} {}

void PassReorder::push(Pass pass, const std::function<void(const Pass&)>& out) {
    latest_ = std::max(latest_, pass.at);
    held_.push_back(std::move(pass));
    std::push_heap(held_.begin(), held_.end(), later);
    release(latest_ - window_, out);
    while (held_.size() > max_held_)
        release(held_.front().at, out);
}

void PassReorder::release(WallTime until, const std::function<void(const Pass&)>& out) {
    while (!held_.empty() && held_.front().at <= until) {
        std::pop_heap(held_.begin(), held_.end(), later);
        const Pass pass = std::move(held_.back());
        held_.pop_back();
        out(pass);
    }
}

} // namespace vedette::analysis
