#pragma once

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "vedette/base/result.h"

namespace vedette::media {

/// An element of a small XML document. Names are without their namespaces: makers of cameras choose
/// prefixes as they like, and no two things that we look for differ by namespace alone.
struct XmlNode {
    std::string name;
    std::vector<std::pair<std::string, std::string>> attributes;
    std::string text; ///< its own, without blanks around it
    std::vector<XmlNode> children;

    /// The first child of that name, or null.
    [[nodiscard]] const XmlNode* child(std::string_view wanted) const noexcept;
    /// Down a path of first children. \return null if a step is missing
    [[nodiscard]] const XmlNode* at(std::initializer_list<std::string_view> path) const noexcept;
    /// The text there; empty if there is none.
    [[nodiscard]] std::string text_at(std::initializer_list<std::string_view> path) const;
    [[nodiscard]] std::string attribute(std::string_view wanted) const;
};

struct XmlLimits {
    std::size_t bytes = 1'000'000;
    std::size_t depth = 40;
    std::size_t elements = 20'000;
};

/// The root element. A document type is refused, and with it every entity.
/// \return invalid_argument for what is not XML, resource_exhausted beyond a limit
[[nodiscard]] Result<XmlNode> parse_xml(std::string_view bytes, const XmlLimits& limits = {});

/// For use between tags and in attributes.
[[nodiscard]] std::string xml_escaped(std::string_view text);

} // namespace vedette::media
