#include "discovery/xml_tree.h"

#include <expat.h>

#include <algorithm>
#include <memory>
#include <optional>

namespace vedette::media {
namespace {

struct ParserFree {
    void operator()(XML_Parser parser) const noexcept { XML_ParserFree(parser); }
};
using Parser = std::unique_ptr<std::remove_pointer_t<XML_Parser>, ParserFree>;

struct Reading {
    XML_Parser parser;
    const XmlLimits& limits;
    XmlNode above{};              ///< its one child is the root
    std::vector<XmlNode*> open{}; ///< from `above` to the element we are in
    std::size_t elements = 0;
    std::optional<Error> error{};

    void stop(ErrorCode code, const char* why) {
        error = Error{code, why};
        XML_StopParser(parser, XML_FALSE);
    }
};

std::string_view local(std::string_view name) {
    const auto colon = name.rfind(':');
    return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

extern "C" void vedette_xml_begin(void* user, const XML_Char* name, const XML_Char** attributes) {
    auto& reading = *static_cast<Reading*>(user);
    if (reading.error)
        return;
    if (++reading.elements > reading.limits.elements)
        return reading.stop(ErrorCode::resource_exhausted, "the XML has too many elements");
    if (reading.open.size() > reading.limits.depth)
        return reading.stop(ErrorCode::resource_exhausted, "the XML is nested too deeply");
    XmlNode& node = reading.open.back()->children.emplace_back();
    node.name = local(name);
    for (const XML_Char** pair = attributes; *pair != nullptr; pair += 2)
        node.attributes.emplace_back(local(pair[0]), pair[1]);
    reading.open.push_back(&node);
}

extern "C" void vedette_xml_end(void* user, const XML_Char* /*name*/) {
    auto& reading = *static_cast<Reading*>(user);
    if (reading.error)
        return;
    constexpr std::string_view kBlank = " \t\r\n";
    std::string& text = reading.open.back()->text;
    const auto first = text.find_first_not_of(kBlank);
    text = first == std::string::npos
               ? std::string{}
               : text.substr(first, text.find_last_not_of(kBlank) - first + 1);
    reading.open.pop_back();
}

extern "C" void vedette_xml_text(void* user, const XML_Char* bytes, int length) {
    auto& reading = *static_cast<Reading*>(user);
    if (!reading.error)
        reading.open.back()->text.append(bytes, static_cast<std::size_t>(length));
}

extern "C" void vedette_xml_doctype(void* user, const XML_Char*, const XML_Char*, const XML_Char*,
                                    int) {
    static_cast<Reading*>(user)->stop(ErrorCode::invalid_argument,
                                      "the XML has a document type: that is refused");
}

} // namespace

const XmlNode* XmlNode::child(std::string_view wanted) const noexcept {
    const auto found = std::find_if(children.begin(), children.end(),
                                    [&](const XmlNode& one) { return one.name == wanted; });
    return found == children.end() ? nullptr : &*found;
}

const XmlNode* XmlNode::at(std::initializer_list<std::string_view> path) const noexcept {
    const XmlNode* node = this;
    for (const std::string_view step : path) {
        node = node->child(step);
        if (node == nullptr)
            return nullptr;
    }
    return node;
}

std::string XmlNode::text_at(std::initializer_list<std::string_view> path) const {
    const XmlNode* node = at(path);
    return node == nullptr ? std::string{} : node->text;
}

std::string XmlNode::attribute(std::string_view wanted) const {
    for (const auto& [key, value] : attributes)
        if (key == wanted)
            return value;
    return {};
}

Result<XmlNode> parse_xml(std::string_view bytes, const XmlLimits& limits) {
    if (bytes.size() > limits.bytes)
        return Error{ErrorCode::resource_exhausted, "the XML is too large"};
    const Parser parser{XML_ParserCreate(nullptr)};
    if (parser == nullptr)
        return Error{ErrorCode::resource_exhausted, "no memory for a parser of XML"};
    Reading reading{.parser = parser.get(), .limits = limits};
    reading.open.push_back(&reading.above);
    XML_SetUserData(parser.get(), &reading);
    XML_SetElementHandler(parser.get(), vedette_xml_begin, vedette_xml_end);
    XML_SetCharacterDataHandler(parser.get(), vedette_xml_text);
    XML_SetStartDoctypeDeclHandler(parser.get(), vedette_xml_doctype);
    const auto status =
        XML_Parse(parser.get(), bytes.data(), static_cast<int>(bytes.size()), XML_TRUE);
    if (reading.error)
        return *std::move(reading.error);
    if (status != XML_STATUS_OK || reading.above.children.empty())
        return Error{ErrorCode::invalid_argument,
                     std::string{"that is not XML: "} +
                         XML_ErrorString(XML_GetErrorCode(parser.get()))};
    return std::move(reading.above.children.front());
}

std::string xml_escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
        case '&': out += "&amp;"; break;
        case '<': out += "&lt;"; break;
        case '>': out += "&gt;"; break;
        case '"': out += "&quot;"; break;
        case '\'': out += "&apos;"; break;
        default:
            if (static_cast<unsigned char>(c) >= ' ')
                out += c;
        }
    }
    return out;
}

} // namespace vedette::media
