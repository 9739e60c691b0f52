#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "sqlite/bytes.h"

namespace vedette::storage {

/// Plate texts one after the other, each with its length before it (LEB128): what
/// plate_blocks.texts holds. A block fits one page of the database, so looking through all plates
/// that ever came reads a few bytes for each.
constexpr std::size_t kFullBlock_bytes = 3900;
/// A block that shrank below this is given up and its texts move into the newest one.
constexpr std::size_t kSparseBlock_bytes = 1000;

/// Calls `visit(text)` for each, until it returns false. \return false if the block is damaged.
template <class Visit>
bool for_each_plate(std::string_view block, Visit&& visit) {
    ByteReader reader{block};
    while (!reader.at_end()) {
        const std::string_view text = reader.text();
        if (reader.failed() || !visit(text))
            break;
    }
    return !reader.failed();
}

inline void append_plate(std::string& block, std::string_view text) {
    ByteWriter writer;
    writer.text(text);
    block += std::move(writer).take();
}

} // namespace vedette::storage
