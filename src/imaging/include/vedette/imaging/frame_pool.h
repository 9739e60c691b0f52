#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

namespace vedette::imaging {

/// Memory for one picture, 64-byte aligned. Returns to its pool with its last owner.
class PixelBuffer {
public:
    virtual ~PixelBuffer() = default;
    [[nodiscard]] virtual std::uint8_t* data() noexcept = 0;
    [[nodiscard]] virtual const std::uint8_t* data() const noexcept = 0;
    [[nodiscard]] virtual std::size_t size_bytes() const noexcept = 0;
};

/// At most a fixed number of equal buffers. Memory use is decided at start-up, not by the traffic.
///
/// Thread-safe. Buffers are made when first wanted, then reused; they may outlive the pool.
class FramePool {
public:
    FramePool(std::size_t max_buffers, std::size_t bytes_each);
    ~FramePool();
    FramePool(const FramePool&) = delete;
    FramePool& operator=(const FramePool&) = delete;

    /// \return a buffer, or null when all are in use: then the caller drops the picture and counts
    /// the drop.
    [[nodiscard]] std::shared_ptr<PixelBuffer> try_acquire();
    /// Lets go of the buffers that are not in use; they are made again when wanted.
    void release_idle();

    [[nodiscard]] std::size_t max_buffers() const noexcept;
    [[nodiscard]] std::size_t bytes_each() const noexcept;
    /// Buffers there are; stays the same once warm, but for release_idle().
    [[nodiscard]] std::size_t allocated() const;
    [[nodiscard]] std::size_t in_use() const;
    /// How often try_acquire() gave null.
    [[nodiscard]] std::uint64_t exhausted() const;

private:
    struct State;
    std::shared_ptr<State> state_;
};

} // namespace vedette::imaging
