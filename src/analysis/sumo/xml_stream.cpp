#include "sumo/xml_stream.h"

#include <expat.h>

#include <algorithm>
#include <memory>
#include <optional>

namespace vedette::analysis {
namespace {

constexpr std::size_t kChunkBytes = 256UL * 1024;

struct ParserFree {
    void operator()(XML_Parser parser) const noexcept { XML_ParserFree(parser); }
};
using Parser = std::unique_ptr<std::remove_pointer_t<XML_Parser>, ParserFree>;

struct Reading {
    XML_Parser parser;
    const OnElement& on_element;
    const OnText& on_text;
    std::string text{};
    std::optional<Error> error{};

    void take(const Status& status) {
        if (status)
            return;
        error = status.error();
        XML_StopParser(parser, XML_FALSE);
    }
};

extern "C" void begin_element(void* user, const XML_Char* name, const XML_Char** attributes) {
    auto& reading = *static_cast<Reading*>(user);
    if (reading.error)
        return;
    reading.text.clear();
    reading.take(reading.on_element(name, XmlAttributes{attributes}));
}

extern "C" void end_element(void* user, const XML_Char* name) {
    auto& reading = *static_cast<Reading*>(user);
    if (!reading.error)
        reading.take(reading.on_text(name, reading.text));
    reading.text.clear();
}

extern "C" void take_text(void* user, const XML_Char* text, int length) {
    auto& reading = *static_cast<Reading*>(user);
    const auto room = kLongestText - reading.text.size();
    reading.text.append(text, std::min(room, static_cast<std::size_t>(length)));
}

extern "C" void begin_doctype(void* user, const XML_Char* /*name*/, const XML_Char* /*system*/,
                              const XML_Char* /*public*/, int /*internal*/) {
    auto& reading = *static_cast<Reading*>(user);
    reading.error = Error{ErrorCode::invalid_argument, "has a document type: that is refused"};
    XML_StopParser(reading.parser, XML_FALSE);
}

} // namespace

std::string_view XmlAttributes::operator[](std::string_view name) const {
    for (const char* const* pair = pairs_; *pair != nullptr; pair += 2)
        if (name == *pair)
            return pair[1];
    return {};
}

Status read_xml(std::istream& in, const std::string& name, const OnElement& on_element,
                const OnText& on_text) {
    const Parser parser{XML_ParserCreate(nullptr)};
    if (parser == nullptr)
        return Error{ErrorCode::resource_exhausted, name + ": no memory for a parser"};
    Reading reading{.parser = parser.get(), .on_element = on_element, .on_text = on_text};
    XML_SetUserData(parser.get(), &reading);
    XML_SetStartElementHandler(parser.get(), begin_element);
    if (on_text) {
        XML_SetEndElementHandler(parser.get(), end_element);
        XML_SetCharacterDataHandler(parser.get(), take_text);
    }
    XML_SetStartDoctypeDeclHandler(parser.get(), begin_doctype);
    for (bool last = false; !last;) {
        void* buffer = XML_GetBuffer(parser.get(), kChunkBytes);
        if (buffer == nullptr)
            return Error{ErrorCode::resource_exhausted, name + ": an element is too large"};
        in.read(static_cast<char*>(buffer), kChunkBytes);
        if (in.bad())
            return Error{ErrorCode::data_loss, name + ": reading failed: check the disk"};
        last = in.gcount() < static_cast<std::streamsize>(kChunkBytes);
        const auto status =
            XML_ParseBuffer(parser.get(), static_cast<int>(in.gcount()), last ? 1 : 0);
        if (status == XML_STATUS_OK)
            continue;
        std::string what = name;
        (what += ':') += std::to_string(XML_GetCurrentLineNumber(parser.get()));
        if (reading.error)
            return Error{reading.error->code(), (what += ": ") += reading.error->message()};
        what += ": is not XML: ";
        return Error{ErrorCode::invalid_argument,
                     what += XML_ErrorString(XML_GetErrorCode(parser.get()))};
    }
    return {};
}

} // namespace vedette::analysis
