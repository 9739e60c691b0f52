#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "sqlite/connection.h"

namespace vedette::storage {

/// The tables `plates` and `plate_blocks`: every plate text that occurs, once. Used inside the
/// writer's transactions.
///
/// Thread-compatible.
class PlateBook {
public:
    static Result<PlateBook> open(Connection& connection);

    /// Nothing happens if the text is known.
    Status add(std::string_view plate);
    /// \pre no plate_sightings row has this text any more
    Status remove(std::string_view plate);
    /// To be called before each commit: new texts are gathered until then.
    Status flush();
    /// To be called after a transaction was taken back.
    void discard() noexcept { open_ = {}; }

private:
    struct OpenBlock {
        std::int64_t block = 0; ///< 0: not read yet
        std::string texts;
        bool changed = false;
    };
    PlateBook() = default;
    Status read_open_block();
    Status append(std::string_view plate);
    Status write_block(std::int64_t block, std::string_view texts);
    Status give_up_block(std::int64_t block, std::string_view texts);

    Connection* connection_ = nullptr;
    Statement add_plate_, block_of_plate_, remove_plate_, move_plate_;
    Statement last_block_, read_block_, write_block_, remove_block_;
    OpenBlock open_;
};

} // namespace vedette::storage
