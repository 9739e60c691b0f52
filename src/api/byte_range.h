#pragma once

#include <cstdint>
#include <string_view>

#include "message.h"

namespace vedette::api {

/// Some of a body's bytes.
struct ByteRange {
    enum class Kind {
        whole = 1,     ///< no range was asked for, or one that this server does not know
        part,          ///< bytes [from, from + bytes), at least one
        unsatisfiable, ///< none of what was asked for is there
    } kind = Kind::whole;
    std::uint64_t from = 0;
    std::uint64_t bytes = 0;
    friend bool operator==(const ByteRange&, const ByteRange&) = default;
};

/// What a field "Range: bytes=…" asks for. Of several ranges at once the whole is given, which is
/// always right.
///
/// Source: RFC 9110, 14.1.2 and 14.2.
[[nodiscard]] ByteRange read_range(std::string_view field, std::uint64_t size);

/// What a client said of the answer that it wants.
struct Conditions {
    std::string_view if_none_match; ///< empty if there is none
    std::string_view range;    ///< empty if there is none, or the method is another one than GET
    std::string_view if_range; ///< empty if there is none
};

/// Makes a 206 or a 416 of a 200 whose body is streamed and may be asked for in parts.
void apply_range(Response& response, const Conditions& conditions);

} // namespace vedette::api
