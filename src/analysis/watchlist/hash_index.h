#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace vedette::analysis {

/// A number for a text; equal texts have equal numbers, on every machine.
template <class Sign>
[[nodiscard]] std::uint64_t text_hash(std::basic_string_view<Sign> text) noexcept {
    std::uint64_t hash = 0x243F6A8885A308D3ULL;
    for (const Sign sign : text) {
        hash = (hash ^ static_cast<std::uint64_t>(static_cast<std::make_unsigned_t<Sign>>(sign))) *
               0x9E3779B97F4A7C15ULL;
        hash ^= hash >> 29U;
    }
    return hash;
}

/// Hash -> numbers that were put there; several of one hash, which may come from different texts,
/// so what is found has to be compared. Two arrays, no lists.
///
/// Thread-compatible; after seal() it only changes by clear() of its owner.
class HashIndex {
public:
    void add(std::uint64_t hash, std::uint32_t number) { entries_.push_back({hash, number}); }

    void seal() {
        std::sort(entries_.begin(), entries_.end());
        entries_.erase(std::unique(entries_.begin(), entries_.end()), entries_.end());
        starts_.assign(kBuckets + 1, 0);
        for (const Entry& entry : entries_)
            ++starts_[bucket_of(entry.hash) + 1];
        for (std::size_t i = 0; i < kBuckets; ++i)
            starts_[i + 1] += starts_[i];
    }

    /// \pre sealed
    template <class Visit>
    void for_each(std::uint64_t hash, Visit&& visit) const {
        const std::size_t bucket = bucket_of(hash);
        for (std::size_t i = starts_[bucket]; i < starts_[bucket + 1]; ++i)
            if (entries_[i].hash == hash)
                visit(entries_[i].number);
    }

private:
    struct Entry {
        std::uint64_t hash;
        std::uint32_t number;
        auto operator<=>(const Entry&) const = default;
    };
    static constexpr unsigned kBucketBits = 16;
    static constexpr std::size_t kBuckets = std::size_t{1} << kBucketBits;
    static std::size_t bucket_of(std::uint64_t hash) noexcept { return hash >> (64 - kBucketBits); }

    std::vector<Entry> entries_;
    std::vector<std::uint32_t> starts_;
};

/// Calls `visit(hash)` for the text and for what is left of it without one sign, two signs, … up
/// to `most` (2 at most).
template <class Visit>
void for_each_deletion(std::u32string_view text, int most, Visit&& visit) {
    visit(text_hash(text));
    std::u32string left;
    const auto without = [&](std::size_t a, std::size_t b) {
        left.clear();
        for (std::size_t i = 0; i < text.size(); ++i)
            if (i != a && i != b)
                left += text[i];
        visit(text_hash(std::u32string_view{left}));
    };
    for (std::size_t a = 0; most >= 1 && a < text.size(); ++a)
        without(a, a);
    for (std::size_t a = 0; most >= 2 && a < text.size(); ++a)
        for (std::size_t b = a + 1; b < text.size(); ++b)
            without(a, b);
}

} // namespace vedette::analysis
