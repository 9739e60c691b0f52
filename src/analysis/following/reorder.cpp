#include <algorithm>

#include "following/pass_state.h"
#include "vedette/analysis/following.h"

namespace vedette::analysis {
namespace {

/// For a heap with the earliest on top.
bool later(const Pass& a, const Pass& b) { return comes_before(b, a); }

constexpr std::size_t kLeastBytes = 33; ///< of a saved pass

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

std::optional<WallTime> PassReorder::earliest() const noexcept {
    return held_.empty() ? std::nullopt : std::optional{held_.front().at};
}

void PassReorder::forget(std::string_view plate) {
    std::erase_if(held_, [plate](const Pass& pass) { return pass.plate == plate; });
    std::make_heap(held_.begin(), held_.end(), later);
}

void PassReorder::forget(std::span<const domain::CameraId> cameras) {
    std::erase_if(held_, [cameras](const Pass& pass) {
        return std::find(cameras.begin(), cameras.end(), pass.camera) != cameras.end();
    });
    std::make_heap(held_.begin(), held_.end(), later);
}

void PassReorder::set_back(WallTime at) {
    std::erase_if(held_, [at](const Pass& pass) { return pass.at > at; });
    std::make_heap(held_.begin(), held_.end(), later);
    latest_ = at;
}

std::string PassReorder::save() const {
    StateWriter out;
    out.put(static_cast<std::int64_t>(latest_.time_since_epoch().count()));
    out.put(static_cast<std::uint64_t>(held_.size()));
    for (const Pass& pass : held_) // the heap as it is: the same bytes for the same history
        save_pass(pass, out);
    return out.take();
}

Status PassReorder::restore(std::string_view state) {
    StateReader in{state};
    const WallTime latest{std::chrono::microseconds{in.get<std::int64_t>()}};
    std::vector<Pass> held;
    const std::size_t count = in.count(kLeastBytes);
    for (std::size_t i = 0; i < count && in.ok(); ++i)
        held.push_back(load_pass(in));
    if (!in.ok() || !in.at_end())
        return Error{ErrorCode::data_loss, "the saved reads that were held back are damaged"};
    std::make_heap(held.begin(), held.end(), later);
    held_ = std::move(held);
    latest_ = latest;
    return {};
}

} // namespace vedette::analysis
