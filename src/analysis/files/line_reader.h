#pragma once

#include <cstddef>
#include <cstdint>
#include <istream>
#include <optional>
#include <string>
#include <string_view>

#include "vedette/base/result.h"

namespace vedette::analysis {

/// Lines of a stream, each at most as long as allowed, without their ends (LF or CRLF) and without
/// a byte-order mark. Thread-compatible; borrows the stream.
class LineReader {
public:
    LineReader(std::istream& in, std::string name, std::size_t max_line_bytes);

    /// The next line, valid until the next call; nothing at the end. \return resource_exhausted for
    /// a line that is too long (it is passed over), data_loss when reading fails.
    Result<std::optional<std::string_view>> next();
    /// Of the line given last; counts from 1.
    [[nodiscard]] std::uint64_t number() const noexcept { return number_; }
    /// "passes.csv:17: "
    [[nodiscard]] std::string where() const;
    /// An invalid_argument that says where.
    [[nodiscard]] Error bad(const std::string& what) const;
    [[nodiscard]] std::size_t max_line_bytes() const noexcept { return max_line_bytes_; }
    [[nodiscard]] const std::string& name() const noexcept { return name_; }

private:
    [[nodiscard]] bool fill();
    std::string_view take(std::size_t line_bytes, std::size_t end_bytes);
    Error too_long();

    std::istream& in_;
    std::string name_;
    std::size_t max_line_bytes_;
    std::string buffer_;
    std::size_t begin_ = 0; ///< of what is not yet given
    std::size_t end_ = 0;   ///< of what was read
    std::uint64_t number_ = 0;
    bool ended_ = false;
};

} // namespace vedette::analysis
