#include "vedette/imaging/frame_pool.h"

#include <algorithm>
#include <cstdlib>
#include <mutex>
#include <vector>

namespace vedette::imaging {
namespace {

constexpr std::size_t kAlignment = 64;

struct FreeDeleter {
    // NOLINTNEXTLINE(cppcoreguidelines-no-malloc,cppcoreguidelines-owning-memory): aligned_alloc has no other counterpart
    void operator()(std::uint8_t* memory) const noexcept { std::free(memory); }
};
using AlignedMemory = std::unique_ptr<std::uint8_t, FreeDeleter>;

AlignedMemory allocate_aligned(std::size_t bytes) {
    const std::size_t rounded =
        (std::max<std::size_t>(bytes, 1) + kAlignment - 1) / kAlignment * kAlignment;
    // NOLINTNEXTLINE(cppcoreguidelines-no-malloc): fails with null, which we report, and does not zero pages
    return AlignedMemory{static_cast<std::uint8_t*>(std::aligned_alloc(kAlignment, rounded))};
}

class AlignedBuffer final : public PixelBuffer {
public:
    AlignedBuffer(AlignedMemory memory, std::size_t bytes)
        : memory_{std::move(memory)}, bytes_{bytes} {}
    [[nodiscard]] std::uint8_t* data() noexcept override { return memory_.get(); }
    [[nodiscard]] const std::uint8_t* data() const noexcept override { return memory_.get(); }
    [[nodiscard]] std::size_t size_bytes() const noexcept override { return bytes_; }

private:
    AlignedMemory memory_;
    std::size_t bytes_;
};

} // namespace

struct FramePool::State {
    State(std::size_t max, std::size_t bytes) : max_buffers{max}, bytes_each{bytes} {
        idle.reserve(max);
    }

    const std::size_t max_buffers;
    const std::size_t bytes_each;
    std::mutex mutex; // protects all below
    std::vector<std::unique_ptr<PixelBuffer>>
        idle; // never grows past max_buffers, so giving back can't throw
    std::size_t allocated = 0;
    std::uint64_t exhausted = 0;

    std::unique_ptr<PixelBuffer> take() {
        const std::scoped_lock lock{mutex};
        if (!idle.empty()) {
            auto buffer = std::move(idle.back());
            idle.pop_back();
            return buffer;
        }
        if (allocated < max_buffers) {
            if (auto memory = allocate_aligned(bytes_each)) {
                ++allocated;
                return std::make_unique<AlignedBuffer>(std::move(memory), bytes_each);
            }
        }
        ++exhausted;
        return nullptr;
    }

    void release_idle() {
        const std::scoped_lock lock{mutex};
        allocated -= idle.size();
        idle.clear();
    }

    void give_back(std::unique_ptr<PixelBuffer> buffer) {
        const std::scoped_lock lock{mutex};
        idle.push_back(std::move(buffer));
    }
};

FramePool::FramePool(std::size_t max_buffers, std::size_t bytes_each)
    : state_{std::make_shared<State>(max_buffers, bytes_each)} {}

FramePool::~FramePool() = default;

std::shared_ptr<PixelBuffer> FramePool::try_acquire() {
    auto buffer = state_->take();
    if (!buffer)
        return nullptr;
    // The deleter holds the state, so a buffer may outlive the pool.
    return {buffer.release(), [state = state_](PixelBuffer* back) {
                state->give_back(std::unique_ptr<PixelBuffer>{back});
            }};
}

void FramePool::release_idle() { state_->release_idle(); }

std::size_t FramePool::max_buffers() const noexcept { return state_->max_buffers; }

std::size_t FramePool::bytes_each() const noexcept { return state_->bytes_each; }

std::size_t FramePool::allocated() const {
    const std::scoped_lock lock{state_->mutex};
    return state_->allocated;
}

std::size_t FramePool::in_use() const {
    const std::scoped_lock lock{state_->mutex};
    return state_->allocated - state_->idle.size();
}

std::uint64_t FramePool::exhausted() const {
    const std::scoped_lock lock{state_->mutex};
    return state_->exhausted;
}

} // namespace vedette::imaging
