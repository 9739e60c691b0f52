#pragma once

#include <cstddef>
#include <functional>
#include <istream>
#include <string>
#include <string_view>

#include "vedette/base/result.h"

namespace vedette::analysis {

/// The attributes of one element; valid during the call.
class XmlAttributes {
public:
    /// Name, value, name, value, …, nullptr: as the parser gives them. Borrowed.
    explicit XmlAttributes(const char* const* pairs) : pairs_{pairs} {}
    /// Empty if there is none of that name.
    [[nodiscard]] std::string_view operator[](std::string_view name) const;

private:
    const char* const* pairs_;
};

/// Told of every element as it begins. An error ends the reading.
using OnElement = std::function<Status(std::string_view name, const XmlAttributes& attributes)>;

/// Told of every element as it ends, with the text right before that: of an element without others
/// inside its own, without the rest of a long one (kLongestText).
using OnText = std::function<Status(std::string_view name, std::string_view text)>;
inline constexpr std::size_t kLongestText = 256;

/// Reads XML from begin to end in constant memory. A document type is refused: nothing we read has
/// one, and entities are how small files become large ones.
/// \param on_text  may be empty
/// \return invalid_argument with `name` and line: what is not XML, or the error of one of the two.
Status read_xml(std::istream& in, const std::string& name, const OnElement& on_element,
                const OnText& on_text = {});

} // namespace vedette::analysis
